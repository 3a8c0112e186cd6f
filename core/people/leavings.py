"""Who has left the register: died or moved away. The past still names them, nothing new does."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from core.db import Statement
from core.people.models import MEMBER, Leaving, Person
from core.people.queries import members_of
from core.people.sealing import index_phone
from core.people.words import MOVED
from core.scope import AreaScope
from core.value_classes import value_class

_WHY = "ids and days only, for records that the caller has found"
_BATCH = 5_000
# Somebody whom a household named: name, checked phone, the household's id.
Named = tuple[str, str, int]


@value_class
class Left:
    """Somebody who left a household. `left_for`: a code of `words.LEAVINGS`, `left_on`: the day of it."""

    person_id: int
    name: str
    left_for: str
    left_on: date
    note: str
    recorded_at: datetime


def left_of(scope: AreaScope, household_id: int) -> list[Left]:
    """Whoever left a household, the last one first; outside of `scope` nobody."""
    persons: Any = Person.within(scope, Person.id, Person.name).where(
        (Person.household_id == household_id) & ~MEMBER
    )
    names = dict(persons.tuples())
    rows = Leaving.select().where(Leaving.person_id.in_(sorted(names)) & Leaving.taken_back_at.is_null())
    return [
        Left(row.person_id, names[row.person_id], row.left_for, row.left_on, row.note, row.recorded_at)
        for row in rows.order_by(Leaving.id.desc())
    ]


def has_left(person_id: int) -> bool:
    """Whether a person left the register; False of somebody unknown."""
    return bool(Person.unscoped(_WHY).where((Person.id == person_id) & ~MEMBER).exists())


def left_among(person_ids: Iterable[int]) -> frozenset[int]:
    """Which of these persons have left, for many at once."""
    wanted = sorted(set(person_ids))
    found: set[int] = set()
    for start in range(0, len(wanted), _BATCH):
        rows: Any = Person.unscoped(_WHY, Person.id).where(
            Person.id.in_(wanted[start : start + _BATCH]) & ~MEMBER
        )
        found.update(key for (key,) in rows.tuples())
    return frozenset(found)


def left_among_named(scope: AreaScope, named: Iterable[Named]) -> dict[Named, str]:
    """Of people whom households named (to be rung in need): who left, and why (a code of `words.LEAVINGS`).

    Found by the name and either the phone in the register or the household itself. Whoever is registered
    anew has not left; outside of `scope` the register says nothing.
    """
    wanted = {each: index_phone(each[1]) for each in named}
    if not wanted:
        return {}
    marks, homes = sorted(set(wanted.values())), sorted({each[2] for each in wanted})
    rows = list(
        Person.within(scope, Person.id, Person.name, Person.household_id, Person.phone_index, Person.left_at)
        .where(Person.phone_index.in_(marks) | Person.household_id.in_(homes))
        .where(Person.name.in_(sorted({each[0] for each in wanted})))
    )
    leavings: Any = Leaving.select(Leaving.person_id, Leaving.left_for).where(
        Leaving.person_id.in_([row.id for row in rows]) & Leaving.taken_back_at.is_null()
    )
    why = dict(leavings.tuples())
    found: dict[Named, str] = {}
    for each, mark in wanted.items():
        same = [
            row
            for row in rows
            if row.name == each[0] and (bytes(row.phone_index or b"") == mark or row.household_id == each[2])
        ]
        if same and all(row.left_at is not None for row in same):
            found[each] = why.get(same[0].id, MOVED)
    return found


# Asked at every redemption: built once, and answered by the first row.
_ANY_MEMBER = Statement(
    lambda p: Person.unscoped(_WHY, Person.id).where((Person.household_id == p("id")) & MEMBER).limit(1)
)
_EVER_ONE = Statement(
    lambda p: Person.unscoped(_WHY, Person.id).where(Person.household_id == p("id")).limit(1)
)


def is_deserted(household_id: int) -> bool:
    """Whether everybody of a household has left; False of one that never had a member."""
    return _ANY_MEMBER.first(id=household_id) is None and _EVER_ONE.first(id=household_id) is not None


def deserted_households(scope: AreaScope) -> frozenset[int]:
    """Households in `scope` whose members have all left, ended ones too."""
    rows: Any = Person.within(scope, Person.household_id).where(~MEMBER).distinct()
    left = {key for (key,) in rows.tuples()}
    return frozenset(left - members_of(left).keys())


def everybody_of(household_id: int) -> list[int]:
    """The ids of all members of a household and of all who left it."""
    rows: Any = Person.unscoped(_WHY, Person.id).where(Person.household_id == household_id)
    return [key for (key,) in rows.order_by(Person.id).tuples()]
