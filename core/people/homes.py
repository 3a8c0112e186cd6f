"""Where somebody lives, and where a household stands: by id, for records that keep ids only."""

from typing import Any

from core.db import Statement
from core.people.models import MEMBER, Household, Person

_REASON = "asked for by id; the caller has checked the area or it is somebody's own household"
_HOME = Statement(
    lambda p: Person.unscoped(_REASON, Person.household_id).where((Person.id == p("id")) & MEMBER)
)
_LAST_HOME = Statement(lambda p: Person.unscoped(_REASON, Person.household_id).where(Person.id == p("id")))
_AREA = Statement(lambda p: Household.unscoped(_REASON, Household.area_code).where(Household.id == p("id")))


def household_of_person(person_id: int) -> int | None:
    """The household whose member a person is; None of somebody unknown or who has left the register."""
    row = _HOME.first(id=person_id)
    return row[0] if row else None


def last_household_of(person_id: int) -> int | None:
    """The same, and of somebody who left the household they left: for what they leave behind."""
    row = _LAST_HOME.first(id=person_id)
    return row[0] if row else None


def household_in(person_id: Any) -> Any:
    """The household of a person as a part of somebody's own statement; `person_id`: a column there."""
    return Person.unscoped(_REASON, Person.household_id).where((Person.id == person_id) & MEMBER)


def area_of_person(person_id: int) -> str | None:
    """Where a person is registered; None of somebody unknown or who has left the register."""
    row = Person.unscoped(_REASON).where((Person.id == person_id) & MEMBER).get_or_none()
    return row.area_code if row else None


def household_area(household_id: int) -> str | None:
    """Where a household stands, or None without such a household."""
    row = _AREA.first(id=household_id)
    return row[0] if row else None
