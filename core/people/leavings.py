"""Who has left the register: died or moved away. The past still names them, nothing new does."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from core.db import Statement
from core.people.models import MEMBER, Leaving, Person
from core.people.queries import members_of
from core.scope import AreaScope
from core.value_classes import value_class

_WHY = "ids and days only, for records that the caller has found"
_BATCH = 5_000


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
