"""Special registers (专项档案): filters over the register of residents and the files, never copies."""

from typing import Any

from core.areas.api import area_names
from core.people.api import RISK_LEVELS, TAGS, household_head_name, person_names, special_persons
from core.scope import AFTER_DIGITS, AreaScope
from core.text import N_
from core.value_classes import value_class
from plugins.grid.file_values import in_words
from plugins.grid.models.files import FileRegister, FileValue, HouseholdFile
from plugins.grid.queries.items import find_item, list_items
from plugins.grid.shipped import MULTI, PERSON, Item, choices_of, shipped

TAG, RISK, ITEM = "tag", "risk", "item"
# Levels that want attention; `low` is everybody else.
ATTENTION = ("mid", "mid_high", "high")


@value_class
class Register:
    """A filter with a name: `code` is `tag:...`, `risk:...` or `item:CODE:PICK[,PICK]`."""

    code: str
    title: str
    group: str
    # Of the county's own ones, by which they are dropped.
    id: int | None = None


@value_class
class Listed:
    """One line of a register: a household, and the person where it is about one."""

    household_id: int
    person_id: int
    name: str
    head_name: str
    area_code: str
    area_name: str
    text: str
    risk_level: str = ""


def registers() -> list[Register]:
    """Those that are always there: by tag, by risk level, by item; and those that the county has named.

    What was made sensitive or retired since is offered no more.
    """
    by_tag = [Register(f"{TAG}:{code}", title, N_("特殊群体")) for code, title in TAGS.items()]
    by_risk = [Register(f"{RISK}:{code}", RISK_LEVELS[code], N_("风险等级")) for code in ATTENTION]
    known = {item.code: item for item in list_items() if item.picks and not item.sensitive}
    by_item = [
        Register(f"{ITEM}:{each.item}:{','.join(each.picks)}", each.title, N_("民情档案"))
        for each in shipped().registers
        if each.item in known
    ]
    named = [
        Register(f"{ITEM}:{row.item}:{row.picks}", row.title, N_("本县区自定"), row.id)
        for row in FileRegister.select().where(FileRegister.ended_at.is_null()).order_by(FileRegister.id)
        if row.item in known
    ]
    return [*by_tag, *by_risk, *by_item, *named]


def filters() -> list[tuple[Item, tuple[tuple[str, str], ...]]]:
    """Every item that a register can filter by, with its choices."""
    return [(item, choices_of(item)) for item in list_items() if item.picks and not item.sensitive]


def title_of(code: str) -> str | None:
    """The name of a register, of an item's filter too; None when there is none."""
    for register in registers():
        if register.code == code:
            return register.title
    kind, _, rest = code.partition(":")
    item_code, _, picks = rest.partition(":")
    item = find_item(item_code) if kind == ITEM else None
    if item is None or item.sensitive or not set(picks.split(",")) <= {c for c, _ in choices_of(item)}:
        return None
    stored = f",{picks}," if item.kind == MULTI else picks
    words = (
        in_words(item, stored)
        if item.kind == MULTI
        else "、".join(dict(choices_of(item))[p] for p in picks.split(","))
    )
    return f"{item.title}：{words}"


def listed(
    scope: AreaScope, code: str, *, area_code: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[Listed], int]:
    """Who is in a register, by area, and how many. An unknown one is empty."""
    kind, _, rest = code.partition(":")
    if kind in (TAG, RISK):
        return _by_register(scope, kind, rest, area_code, page, page_size)
    item_code, _, picks = rest.partition(":")
    item = find_item(item_code) if kind == ITEM else None
    if item is None or item.sensitive or not picks:
        return [], 0
    return _by_item(scope, item, picks.split(","), area_code, page, page_size)


def _by_register(
    scope: AreaScope, kind: str, wanted: str, area_code: str, page: int, page_size: int
) -> tuple[list[Listed], int]:
    found, total = special_persons(
        scope,
        tags=(wanted,) if kind == TAG else (),
        risk_levels=(wanted,) if kind == RISK else (),
        area_code=area_code,
        page=page,
        page_size=page_size,
    )
    heads = household_head_name([person.household_id for person in found])
    names = area_names([person.area_code for person in found])
    return [
        Listed(
            household_id=person.household_id,
            person_id=person.id,
            name=person.name,
            head_name=heads.get(person.household_id, ""),
            area_code=person.area_code,
            area_name=names.get(person.area_code, person.area_code),
            text="、".join(TAGS[tag] for tag in person.tags if tag in TAGS),
            risk_level=person.risk_level,
        )
        for person in found
    ], total


def _by_item(
    scope: AreaScope, item: Item, picks: list[str], area_code: str, page: int, page_size: int
) -> tuple[list[Listed], int]:
    query: Any = (
        FileValue.within(scope)
        .join(HouseholdFile, on=(HouseholdFile.household_id == FileValue.household_id))
        .where((FileValue.item == item.code) & HouseholdFile.ended_at.is_null())
    )
    if item.kind == MULTI:
        fits = FileValue.value.contains(f",{picks[0]},")
        for pick in picks[1:]:
            fits |= FileValue.value.contains(f",{pick},")
        query = query.where((FileValue.pick == "") & fits)
    else:
        query = query.where(FileValue.pick.in_(picks))
    if area_code:
        column = FileValue.area_code
        query = query.where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    order = (FileValue.area_code, FileValue.household_id, FileValue.person_id)
    found = list(query.order_by(*order).paginate(page, page_size))
    heads = household_head_name([row.household_id for row in found])
    persons = person_names([row.person_id for row in found if row.person_id])
    names = area_names([row.area_code for row in found])
    lines = [
        Listed(
            household_id=row.household_id,
            person_id=row.person_id,
            name=persons.get(row.person_id, "") if item.owner == PERSON else "",
            head_name=heads.get(row.household_id, ""),
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            text=in_words(item, row.value),
        )
        for row in found
    ]
    return lines, query.count()
