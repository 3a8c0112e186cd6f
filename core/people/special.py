"""Special groups: who belongs to one today, by area. Views of the register, never copies of it."""

from collections.abc import Collection
from typing import Any

from core.db import raw_rows, rows
from core.people.models import MEMBER, Household, Person, PersonTag
from core.people.queries import PersonBrief, briefs_of
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class


@value_class
class Attention:
    """Why a household needs attention: the tags of its members that hold today, and their risk levels."""

    tags: frozenset[str] = frozenset()
    risk_levels: frozenset[str] = frozenset()


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

    Those of ended households, and who has left, are left out. `area_code`: only those in it.
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
        .where(Household.ended_at.is_null() & MEMBER)
    )
    if area_code:
        query = query.where((Person.area_code >= area_code) & (Person.area_code < area_code + AFTER_DIGITS))
    if tags:
        held = PersonTag.unscoped("only those of persons in scope", PersonTag.person_id).where(
            PersonTag.tag.in_(list(tags)) & PersonTag.until.is_null()
        )
        query = query.where(Person.id.in_(held))
    if risk_levels:
        query = query.where(Person.risk_level.in_(list(risk_levels)))
    return query


def roll(scope: AreaScope, area_code: str) -> list[tuple[int, str, int, bool]]:
    """All members of an area's households that have not ended: household, its area, person, whether the head.

    In the order of households and persons; one statement, for work on a whole village at once.
    """
    column = Person.area_code
    query: Any = (
        Person.within(scope, Person.household_id, column, Person.id, Person.is_head)
        .join(Household, on=(Household.id == Person.household_id))
        .where(Household.ended_at.is_null() & MEMBER)
        .where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    )
    return list(query.order_by(Person.household_id, Person.id).tuples())


def attention(scope: AreaScope, household_ids: Collection[int] | None = None) -> dict[int, Attention]:
    """Households with a member of a special group or of a risk level above the lowest: why.

    Two statements, for a whole county at once; `household_ids`: only these. Ended households may be among
    them.
    """
    tagged = Person.within(scope, Person.household_id, PersonTag.tag).join(
        PersonTag, on=(PersonTag.person_id == Person.id)
    )
    tagged = tagged.where(PersonTag.until.is_null() & MEMBER)
    risky = Person.within(scope, Person.household_id, Person.risk_level)
    risky = risky.where((Person.risk_level != "low") & MEMBER)
    if household_ids is not None:
        mine = Person.household_id.in_(list(household_ids))
        tagged, risky = tagged.where(mine), risky.where(mine)
    tags: dict[int, set[str]] = {}
    for household_id, tag in rows(tagged):
        tags.setdefault(household_id, set()).add(tag)
    levels: dict[int, set[str]] = {}
    for household_id, level in rows(risky):
        levels.setdefault(household_id, set()).add(level)
    return {
        household_id: Attention(
            frozenset(tags.get(household_id, ())), frozenset(levels.get(household_id, ()))
        )
        for household_id in tags.keys() | levels.keys()
    }


def names_in(scope: AreaScope, area_code: str) -> list[tuple[int, int, str]]:
    """Everybody of an area whose household has not ended: person, household, name.

    For finding in a text who is meant: whoever has left too, since old texts name them still.
    """
    column = Person.area_code
    query: Any = (
        Person.within(scope, Person.id, Person.household_id, Person.name)
        .join(Household, on=(Household.id == Person.household_id))
        .where(Household.ended_at.is_null() & (column >= area_code) & (column < area_code + AFTER_DIGITS))
    )
    return list(raw_rows(query.order_by(Person.id)))


def open_households(scope: AreaScope) -> list[tuple[int, str]]:
    """Every household that has not ended: id and the area it stands in, by id."""
    query: Any = Household.within(scope, Household.id, Household.area_code).where(
        Household.ended_at.is_null()
    )
    return list(rows(query.order_by(Household.id)))


def household_labels(household_ids: Collection[int]) -> dict[int, str]:
    """Household -> its number, for many at once; the caller has checked that they may be seen."""
    query = Household.unscoped(
        "numbers of households that the reader may see", Household.id, Household.number
    )
    return dict(rows(query.where(Household.id.in_(list(household_ids)))))


def known_names(scope: AreaScope, words: Collection[str]) -> set[str]:
    """Which of `words` are the name of somebody registered in `scope`, now or before they left.

    It keeps names out of what is published, so those of the dead too.
    """
    query = Person.within(scope, Person.name).where(Person.name.in_(list(words)))
    return {name for (name,) in rows(query.distinct())}
