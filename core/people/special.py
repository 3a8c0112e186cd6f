"""Special groups: who belongs to one today, by area. Views of the register, never copies of it."""

from collections.abc import Collection
from typing import Any

from core.people.models import Household, Person, PersonTag
from core.people.queries import PersonBrief, briefs_of
from core.scope import AFTER_DIGITS, AreaScope


def special_persons(
    scope: AreaScope,
    *,
    tags: Collection[str] = (),
    risk_levels: Collection[str] = (),
    area_code: str = "",
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[PersonBrief], int]:
    """Persons in `scope` with one of `tags` (or one of `risk_levels`), by area; and how many there are.

    Those of ended households are left out. `area_code`: only those in it.
    """
    query = _special(scope, tags, risk_levels, area_code)
    rows = query.order_by(Person.area_code, Person.household_id, Person.id).paginate(page, page_size)
    found = briefs_of(list(rows))
    # A first page that is not full has counted them.
    total = len(found) if page == 1 and len(found) < page_size else query.count()
    return found, total


def _special(scope: AreaScope, tags: Collection[str], risk_levels: Collection[str], area_code: str) -> Any:
    query: Any = (
        Person.within(scope)
        .join(Household, on=(Household.id == Person.household_id))
        .where(Household.ended_at.is_null())
    )
    if area_code:
        query = query.where((Person.area_code >= area_code) & (Person.area_code < area_code + AFTER_DIGITS))
    if tags:
        held = PersonTag.select(PersonTag.person_id).where(
            PersonTag.tag.in_(list(tags)) & PersonTag.until.is_null()
        )
        query = query.where(Person.id.in_(held))
    if risk_levels:
        query = query.where(Person.risk_level.in_(list(risk_levels)))
    return query


def roll(scope: AreaScope, area_code: str) -> list[tuple[int, str, int, bool]]:
    """Everybody of an area whose household has not ended: household, its area, person, whether the head.

    In the order of households and persons; one statement, for work on a whole village at once.
    """
    column = Person.area_code
    query: Any = (
        Person.within(scope, Person.household_id, column, Person.id, Person.is_head)
        .join(Household, on=(Household.id == Person.household_id))
        .where(Household.ended_at.is_null() & (column >= area_code) & (column < area_code + AFTER_DIGITS))
    )
    return list(query.order_by(Person.household_id, Person.id).tuples())
