"""Who and what is meant in a text: names of people, establishments and areas. Offered, never forced."""

import re
from collections.abc import Iterable

from core.areas.api import children
from core.errors import DomainError
from core.people.api import check_citizen_id, household_head_name, names_in, persons_by_citizen_id
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.queries.establishments import establishment_names

MOST = 20
_SHORTEST = 2
_DIGITS = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_VILLAGE, _TOWN = 12, 9


@value_class
class Recognised:
    """Something that a text names. `word`: as it stands there; `title`: what it is, for telling two apart."""

    kind: str
    target: str
    word: str
    title: str


def recognise(
    actor: Actor, text: str, area_code: str, known: Iterable[tuple[str, str]] = ()
) -> list[Recognised]:
    """What `text` names in the village (or town) of `area_code`, in the order of the text; at most twenty.

    `known`: kind and target of what is linked already. Only what the actor may see; two persons of one
    name are both offered, with their household's head to tell them apart.
    """
    place = area_code[:_VILLAGE] if len(area_code) >= _VILLAGE else area_code
    found = [*_numbers(actor, text), *_persons(actor, text, place), *_others(actor, text, place)]
    seen = set(known)
    unique: dict[tuple[str, str], Recognised] = {}
    for each in found:
        if (each.kind, each.target) not in seen:
            unique.setdefault((each.kind, each.target), each)
    order = sorted(unique.values(), key=lambda each: (max(text.find(each.word), 0), -len(each.word)))
    return order[:MOST]


def _numbers(actor: Actor, text: str) -> list[Recognised]:
    numbers = []
    for raw in _DIGITS.findall(text):
        try:
            numbers.append(check_citizen_id(raw))
        except DomainError:
            continue  # eighteen digits that are no ID number
    known = persons_by_citizen_id(actor.scope("people.view"), numbers) if numbers else {}
    return [Recognised("person", str(person), "", name) for person, name in known.values()]


def _persons(actor: Actor, text: str, place: str) -> list[Recognised]:
    scope = actor.scope("people.view")
    if not scope.covers(place):
        return []
    meant = [
        (person, household, name)
        for person, household, name in names_in(scope, place)
        if len(name) >= _SHORTEST and name in text
    ]
    # 张三丰 is not 张三: a name that only stands inside longer ones is not meant.
    longer = sorted({name for _, _, name in meant}, key=len, reverse=True)
    stands = {name for name in longer if _stands_alone(name, text, longer)}
    heads = household_head_name([household for _, household, _ in meant])
    return [
        Recognised("person", str(person), name, f"{name}（户主 {heads.get(household, '')}）")
        for person, household, name in meant
        if name in stands
    ]


def _stands_alone(name: str, text: str, longer: list[str]) -> bool:
    rest = text
    for other in longer:
        if len(other) > len(name) and name in other:
            rest = rest.replace(other, "\n")
    return name in rest


def _others(actor: Actor, text: str, place: str) -> list[Recognised]:
    found = [
        Recognised("establishment", str(key), name, name)
        for key, name in establishment_names(actor.scope("diary.view"), place)
        if len(name) >= _SHORTEST and name in text
    ]
    areas = actor.scope("areas.view")
    for above in {place, place[:_TOWN]}:
        if areas.covers(above):
            found += [
                Recognised("area", row.code, row.name, row.name)
                for row in children(areas, above)
                if row.name in text
            ]
    return found
