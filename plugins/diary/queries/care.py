"""Who is due and why, and how much of a year's round is done."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from peewee import SQL, Case, fn

from core.areas.api import area_names
from core.clock import today
from core.county import plugin_settings
from core.db import rows
from core.people.api import RISK_LEVELS, TAGS, household_head_name, household_labels
from core.scope import AFTER_DIGITS, AreaScope
from core.text import N_
from core.value_classes import value_class
from plugins.diary.models.visits import Care, Establishment, Mark
from plugins.diary.words import MUST, REASONS

VILLAGE_DIGITS = 12
_REACHED = "of a household that the reader may see"


@value_class
class DueView:
    """A door to visit. `subject`: household or establishment; `late`: the day is over.

    `reason_text` is a text of the catalogue, `reason_what` another one that stands in it.
    """

    subject: str
    id: int
    name: str
    number: str
    area_code: str
    area_name: str
    due_on: date
    last_visit: date | None
    visits: int
    reason: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def late(self) -> bool:
        """Whether the day is over."""
        return self.due_on < today()

    @property
    def reason_text(self) -> str:
        """Why, without what of it."""
        return reason_words(self.reason)[0]

    @property
    def reason_what(self) -> str:
        """Which group, risk level or kind."""
        return reason_words(self.reason)[1]


@value_class
class Coverage:
    """A village's (or grid's) round of the year: doors in all, visited since 1 January, late today."""

    area_code: str
    area_name: str
    doors: int
    visited: int
    late: int

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 100 is all of them."""
        return 100 * self.visited // self.doors if self.doors else 0


def reason_words(code: str) -> tuple[str, str]:
    """A reason's text and the title that stands in it."""
    kind, _, what = code.partition(":")
    titles: dict[str, Any] = {"risk": RISK_LEVELS, "tag": TAGS, "must": MUST}.get(kind, {})
    return str(REASONS.get(kind, N_("应访"))), str(titles.get(what, what))


def soon() -> date:
    """Doors that are due until this day are shown as due."""
    return today() + timedelta(days=int(plugin_settings("diary")["soon_days"]))


def _inside(column: Any, area_code: str) -> Any:
    return (column >= area_code) & (column < area_code + AFTER_DIGITS)


def list_due(
    scope: AreaScope, area_code: str, *, until: date | None = None, page: int = 1, page_size: int = 20
) -> tuple[list[DueView], int]:
    """Households of an area that are due until `until` (see `soon`), the most urgent first; how many."""
    last = until or soon()
    query = Care.within(scope, Care.household_id).where(
        _inside(Care.area_code, area_code) & (Care.due_on <= last)
    )
    total = query.count()
    wanted = [
        key for (key,) in rows(query.order_by(Care.due_on, Care.household_id).paginate(page, page_size))
    ]
    return due_views(_in_order(wanted)), total


def list_unvisited(
    scope: AreaScope, area_code: str, *, page: int = 1, page_size: int = 20
) -> tuple[list[DueView], int]:
    """Households of an area that were not visited since 1 January, by place: the names still to come."""
    first = date(today().year, 1, 1)
    query = Care.within(scope, Care.household_id).where(
        _inside(Care.area_code, area_code) & (Care.last_visit.is_null() | (Care.last_visit < first))
    )
    total = query.count()
    wanted = [
        key for (key,) in rows(query.order_by(Care.area_code, Care.household_id).paginate(page, page_size))
    ]
    return due_views(_in_order(wanted)), total


def day_route(scope: AreaScope, area_code: str, number: int) -> list[DueView]:
    """A day's round of at most so many doors: the most urgent, then those not visited this year, by place."""
    here = _inside(Care.area_code, area_code)
    due_first = Care.within(scope, Care.household_id).where(here & (Care.due_on <= soon()))
    wanted = [key for (key,) in rows(due_first.order_by(Care.due_on, Care.household_id).limit(number))]
    if len(wanted) < number:
        first = date(today().year, 1, 1)
        unvisited = Care.within(scope, Care.household_id).where(
            here & (Care.last_visit.is_null() | (Care.last_visit < first)) & Care.household_id.not_in(wanted)
        )
        order = (Care.area_code, Care.household_id)
        wanted += [key for (key,) in rows(unvisited.order_by(*order).limit(number - len(wanted)))]
    return sorted(due_views(_in_order(wanted)), key=lambda door: (door.area_code, door.number))


def _in_order(household_ids: Sequence[int]) -> list[Care]:
    found = {
        row.household_id: row for row in Care.unscoped(_REACHED).where(Care.household_id.in_(household_ids))
    }
    return [found[key] for key in household_ids if key in found]


def due_views(found: Sequence[Care]) -> list[DueView]:
    """Rows that were found in scope, in words."""
    ids = [row.household_id for row in found]
    heads, numbers = household_head_name(ids), household_labels(ids)
    areas = area_names({row.area_code for row in found})
    return [
        DueView(
            subject="household",
            id=row.household_id,
            name=heads.get(row.household_id, ""),
            number=numbers.get(row.household_id, ""),
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            due_on=row.due_on,
            last_visit=row.last_visit,
            visits=row.visits,
            reason=row.reason,
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in found
    ]


def due_establishments(
    scope: AreaScope, area_code: str, *, page: int = 1, page_size: int = 20
) -> tuple[list[DueView], int]:
    """Enterprises, co-operatives and farms that are due, the most urgent first; how many."""
    query = Establishment.within(scope).where(
        _inside(Establishment.area_code, area_code)
        & (Establishment.due_on <= soon())
        & Establishment.closed_at.is_null()
    )
    found = list(query.order_by(Establishment.due_on, Establishment.id).paginate(page, page_size))
    areas = area_names({row.area_code for row in found})
    return [
        DueView(
            subject="establishment",
            id=row.id,
            name=row.name,
            number=row.credit_code,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            due_on=row.due_on,
            last_visit=row.last_visit,
            visits=row.visits,
            reason="revisit" if row.revisit_on == row.due_on else "establishment",
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in found
    ], query.count()


def coverage(scope: AreaScope, area_code: str, *, digits: int = VILLAGE_DIGITS) -> list[Coverage]:
    """The round of the year by village (12 digits), town (9) or grid (15), the least done first."""
    found = standing(scope, area_code, digits=digits)
    names = area_names(found)
    views = [Coverage(code, names.get(code, code), *counts) for code, counts in found.items()]
    return sorted(views, key=lambda each: (each.percent, each.area_code))


def standing(scope: AreaScope, area_code: str, *, digits: int) -> dict[str, tuple[int, int, int]]:
    """Place (the first digits of areas) -> doors, visited since 1 January, late today.

    Each out of an index of its own, in the order of its areas: reading the doors themselves, or sorting them
    by place, takes three times as long.
    """
    first, inside = date(today().year, 1, 1), _inside(Care.area_code, area_code)
    seen = fn.SUM(Case(None, [(Care.last_visit >= first, 1)], 0))
    doors = Care.within(scope, Care.area_code, fn.COUNT(SQL("*")), seen).where(inside)
    late = Care.within(scope, Care.area_code, fn.COUNT(SQL("*"))).where(inside & (Care.due_on < today()))
    late_in = dict(rows(late.group_by(Care.area_code)))
    found: dict[str, tuple[int, int, int]] = {}
    for area, count, visited in rows(doors.group_by(Care.area_code)):
        before = found.get(area[:digits], (0, 0, 0))
        here = (int(count), int(visited or 0), int(late_in.get(area, 0)))
        found[area[:digits]] = (before[0] + here[0], before[1] + here[1], before[2] + here[2])
    return found


def care_of(household_id: int) -> DueView | None:
    """How a household stands that the reader may see."""
    found = due_views(_in_order([household_id]))
    return found[0] if found else None


def marks_of(household_id: int) -> list[Mark]:
    """Why a household is always to be visited, as marked by hand; the reader may see it."""
    query = Mark.unscoped(_REACHED).where((Mark.household_id == household_id) & Mark.until.is_null())
    return list(query.order_by(Mark.id))
