"""How many live where: households, persons, special groups by area, today or on an older day."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import JOIN, fn

from core.clock import CHINA, today
from core.db import milliseconds
from core.people.models import MEMBER, Household, Person, PersonTag, Residence
from core.scope import AreaScope
from core.value_classes import value_class


@value_class
class Headcount:
    """Figures of one area. `special`: persons with at least one tag (special groups)."""

    households: int = 0
    persons: int = 0
    special: int = 0

    def __add__(self, other: "Headcount") -> "Headcount":
        return Headcount(
            self.households + other.households, self.persons + other.persons, self.special + other.special
        )


def headcounts(scope: AreaScope, *, on: date | None = None) -> dict[str, Headcount]:
    """Area code (village or grid, as households are registered) -> its figures at the end of a day.

    Today's come from where households stand now; those of an older day from where they stood then,
    and later moves don't change them.
    """
    if on is None or on >= today():
        return _merge(household_counts(scope), *_now(scope))
    return _merge(_households_then(scope, on), _persons_then(scope, on), _special_then(scope, on))


def _merge(
    households: Mapping[str, int], persons: Mapping[str, int], special: Mapping[str, int]
) -> dict[str, Headcount]:
    codes = {*households, *persons, *special}
    return {
        code: Headcount(households.get(code, 0), persons.get(code, 0), special.get(code, 0))
        for code in sorted(codes)
        if households.get(code) or persons.get(code)
    }


def household_counts(scope: AreaScope) -> dict[str, int]:
    """Area code (village or grid) -> how many households stand there now."""
    rows: Any = Household.within(scope, Household.area_code, fn.COUNT(Household.id))
    return dict(rows.where(Household.ended_at.is_null()).group_by(Household.area_code).tuples())


def _now(scope: AreaScope) -> tuple[dict[str, int], dict[str, int]]:
    # Everybody out of the indexes alone, less the few whose household has ended: half the time of joins.
    everybody: Any = Person.within(scope, Person.area_code, fn.COUNT(Person.id))
    persons = dict(everybody.where(MEMBER).group_by(Person.area_code).tuples())
    place, held = PersonTag.area_code, PersonTag.until.is_null()
    tagged: Any = PersonTag.within(scope, place, fn.COUNT(PersonTag.person_id.distinct()))
    special = dict(tagged.where(held).group_by(place).tuples())
    ended: Any = (
        Household.within(
            scope,
            Household.area_code,
            fn.COUNT(Person.id.distinct()),
            fn.COUNT(PersonTag.person_id.distinct()),
        )
        .join(Person, on=(Person.household_id == Household.id) & MEMBER)
        .join(PersonTag, JOIN.LEFT_OUTER, on=(PersonTag.person_id == Person.id) & held)
        .where(Household.ended_at.is_null(False))
        .group_by(Household.area_code)
    )
    for code, gone, special_gone in ended.tuples():
        persons[code] = persons.get(code, 0) - gone
        special[code] = special.get(code, 0) - special_gone
    return persons, special


def _stood(on: date) -> Any:
    return (Residence.since <= on) & (Residence.until.is_null() | (Residence.until > on))


def _before_midnight(on: date) -> int:
    return milliseconds(datetime.combine(on + timedelta(days=1), time(), CHINA))


def _households_then(scope: AreaScope, on: date) -> dict[str, int]:
    rows: Any = Residence.within(scope, Residence.area_code, fn.COUNT(Residence.id))
    return dict(rows.where(_stood(on)).group_by(Residence.area_code).tuples())


def _persons_then(scope: AreaScope, on: date) -> dict[str, int]:
    rows: Any = (
        Residence.within(scope, Residence.area_code, fn.COUNT(Person.id))
        .join(Person, on=Person.household_id == Residence.household_id)
        .where(_stood(on) & (Person.created_at < _before_midnight(on)))
        .where(MEMBER | (Person.left_at >= _before_midnight(on)))
        .group_by(Residence.area_code)
    )
    return dict(rows.tuples())


def _special_then(scope: AreaScope, on: date) -> dict[str, int]:
    rows: Any = (
        Residence.within(scope, Residence.area_code, fn.COUNT(Person.id.distinct()))
        .join(Person, on=Person.household_id == Residence.household_id)
        .join(PersonTag, on=PersonTag.person_id == Person.id)
        .where(_stood(on) & (PersonTag.since <= on))
        .where(PersonTag.until.is_null() | (PersonTag.until > on))
        .group_by(Residence.area_code)
    )
    return dict(rows.tuples())


def household_numbers(scope: AreaScope, area_code: str) -> list[tuple[int, str, int]]:
    """Open households registered in exactly this area by number: id, number, how many persons."""
    rows: Any = (
        Household.within(scope, Household.id, Household.number, fn.COUNT(Person.id))
        .left_outer_join(Person, on=(Person.household_id == Household.id) & MEMBER)
        .where((Household.area_code == area_code) & Household.ended_at.is_null())
        .group_by(Household.id, Household.number)
        .order_by(Household.number, Household.id)
    )
    return list(rows.tuples())
