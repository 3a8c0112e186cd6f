"""Patrols of a month: minutes a day against the target, points that were seen, what was found."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from peewee import SQL, fn

from core.accounts.api import account_names
from core.areas.api import LEVEL_DIGITS, area_names
from core.clock import today
from core.county import plugin_settings
from core.db import rows
from core.errors import NotFound
from core.people.api import household_counts
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.grid.models.patrols import Patrol, PatrolCheck, PatrolFinding, PatrolPoint
from plugins.grid.queries.narrowing import narrowed
from plugins.grid.whereabouts import FAR

_REACHED = "reached through a patrol that the actor may see"


@value_class
class PatrolView:
    """A patrol in words. `minutes` so far while it is under way."""

    id: int
    area_code: str
    area_name: str
    account_id: int
    account_name: str
    day: date
    started_at: datetime
    finished_at: datetime | None
    ended: str
    minutes: int
    findings: int
    note: str


@value_class
class PointView:
    """A point, and when it was last seen this month (None: not yet)."""

    id: int
    code: str
    area_code: str
    area_name: str
    name: str
    latitude: float | None
    longitude: float | None
    seen: int = 0


@value_class
class CheckView:
    """A check-in in words; `doubt` is a key of `whereabouts.DOUBTS`, or empty."""

    at: datetime
    point_name: str
    how: str
    metres: int | None
    mocked: bool
    doubt: str


@dataclass
class MonthRow:
    """An area's month: minutes by day (index 0 is the first), points seen of points, patrols and findings.

    `grids`: in how many grids the minutes were walked at most; the target of a day is for each.
    """

    area_code: str
    area_name: str
    grids: int
    minutes: list[int] = field(default_factory=list)
    patrols: int = 0
    findings: int = 0
    unfinished: int = 0
    seen: int = 0
    points: int = 0

    def level(self, day: int, target: int) -> int:
        """0 nothing, 1 begun, 2 half of the target, 3 all of it."""
        minutes, wanted = self.minutes[day], target * max(self.grids, 1)
        return 0 if not minutes else 3 if minutes >= wanted else 2 if 2 * minutes >= wanted else 1

    @property
    def total(self) -> int:
        """Minutes of the month."""
        return sum(self.minutes)


def target_minutes() -> int:
    """Minutes a day that a grid is to be walked (Longyou: four hours); a setting."""
    return int(plugin_settings("grid")["patrol_minutes"])


def patrol_under_way(actor: Actor) -> PatrolView | None:
    """The actor's own round that has not ended."""
    query = Patrol.unscoped("one's own patrol").where(
        (Patrol.account_id == actor.account_id) & (Patrol.ended == "")
    )
    found = _views(list(query))
    return found[0] if found else None


def minutes_today(actor: Actor) -> int:
    """What the actor has walked today, ended rounds only."""
    query = Patrol.unscoped("one's own patrols", fn.COALESCE(fn.SUM(Patrol.minutes), 0)).where(
        (Patrol.account_id == actor.account_id) & (Patrol.day == today())
    )
    return int(next(rows(query))[0])


def patrol(actor: Actor, patrol_id: int) -> PatrolView:
    """One's own, or one in the areas whose patrols one may view. Raises NotFound."""
    row: Patrol | None = Patrol.unscoped(_REACHED).where(Patrol.id == patrol_id).get_or_none()
    if row is None or not (
        row.account_id == actor.account_id or actor.scope("grid.patrol_view").covers(row.area_code)
    ):
        raise NotFound
    return _views([row])[0]


def list_patrols(
    scope: AreaScope,
    *,
    area_code: str = "",
    day: date | None = None,
    since: date | None = None,
    until: date | None = None,
    account_id: int | None = None,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[PatrolView], int]:
    """The newest rounds, and how many there are; of one day, or from `since` to `until` (inclusive)."""
    # Which ones is answered by the index alone; their rows are fetched after that.
    query: Any = Patrol.within(scope, Patrol.id)
    if area_code:
        query = query.where((Patrol.area_code >= area_code) & (Patrol.area_code < area_code + AFTER_DIGITS))
    if day:
        query = query.where(Patrol.day == day)
    if since:
        query = query.where(Patrol.day >= since)
    if until:
        query = query.where(Patrol.day <= until)
    if account_id is not None:
        query = query.where(Patrol.account_id == account_id)
    newest = (Patrol.day.desc(), Patrol.id.desc())
    wanted = query.order_by(*newest).paginate(page, page_size)
    found = Patrol.within(scope).where(Patrol.id.in_(wanted)).order_by(*newest)
    return _views(list(found)), query.count()


def own_patrols(actor: Actor, limit: int = 10) -> list[PatrolView]:
    """The actor's latest rounds."""
    query = Patrol.unscoped("one's own patrols").where(Patrol.account_id == actor.account_id)
    return _views(list(query.order_by(Patrol.day.desc(), Patrol.id.desc()).limit(limit)))


def _views(found: Sequence[Patrol]) -> list[PatrolView]:
    names = area_names([row.area_code for row in found])
    accounts = account_names([row.account_id for row in found])
    return [
        PatrolView(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            account_id=row.account_id,
            account_name=accounts.get(row.account_id, ""),
            day=row.day,
            started_at=row.started_at,
            finished_at=row.finished_at,
            ended=row.ended,
            minutes=row.minutes,
            findings=row.findings,
            note=row.note,
        )
        for row in found
    ]


def case_ids(patrol_id: int) -> list[int]:
    """The cases a patrol led to; the caller may see the patrol."""
    query = PatrolFinding.unscoped(_REACHED).where(PatrolFinding.patrol_id == patrol_id)
    return [row.case_id for row in query.order_by(PatrolFinding.id)]


def checks_of(patrol_id: int) -> list[CheckView]:
    """The check-ins of a patrol in their order; the caller may see the patrol."""
    query = PatrolCheck.unscoped(_REACHED).where(PatrolCheck.patrol_id == patrol_id)
    found = list(query.order_by(PatrolCheck.at, PatrolCheck.id))
    points = PatrolPoint.unscoped(_REACHED).where(PatrolPoint.id.in_({row.point_id for row in found}))
    names = {row.id: row.name for row in points}
    return [
        CheckView(row.at, names[row.point_id], row.how, row.metres, row.mocked, row.doubt) for row in found
    ]


def points_for(area_code: str, *, since: date | None = None) -> list[PointView]:
    """The points of a grid and of its village, with how often each was seen since a day."""
    query = PatrolPoint.unscoped("points of the grid that is being walked").where(
        PatrolPoint.area_code.in_([area_code, area_code[:12]]) & PatrolPoint.retired_at.is_null()
    )
    found = list(query.order_by(PatrolPoint.position, PatrolPoint.id))
    return _points(found, _seen(AreaScope((area_code,)), since, None) if since else {})


def list_points(scope: AreaScope, area_code: str, *, most: int = 100) -> list[PointView]:
    """The points of an area that are in use, by area and position; the first `most` of them."""
    query = PatrolPoint.within(scope).where(
        (PatrolPoint.area_code >= area_code) & (PatrolPoint.area_code < area_code + AFTER_DIGITS)
    )
    kept = query.where(PatrolPoint.retired_at.is_null())
    order = (PatrolPoint.area_code, PatrolPoint.position, PatrolPoint.id)
    return _points(list(kept.order_by(*order).limit(most)), {})


def _points(found: Sequence[PatrolPoint], seen: dict[int, int]) -> list[PointView]:
    names = area_names([row.area_code for row in found])
    return [
        PointView(
            id=row.id,
            code=row.code,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            name=row.name,
            latitude=row.latitude,
            longitude=row.longitude,
            seen=seen.get(row.id, 0),
        )
        for row in found
    ]


def _seen(scope: AreaScope, first: date | None, last: date | None) -> dict[int, int]:
    """Point -> check-ins that nobody doubts to have been there."""
    query: Any = PatrolCheck.within(scope, PatrolCheck.point_id, fn.COUNT(PatrolCheck.id))
    if first:
        query = query.where(PatrolCheck.day >= first)
    if last:
        query = query.where(PatrolCheck.day <= last)
    return dict(rows(query.where(PatrolCheck.doubt != FAR).group_by(PatrolCheck.point_id)))


def month(scope: AreaScope, area_code: str, first: date) -> list[MonthRow]:
    """The children of `area_code` (itself when it is a grid) in the month that begins on `first`."""
    days = calendar.monthrange(first.year, first.month)[1]
    last = first + timedelta(days=days - 1)
    longer = sorted(digits for digits in LEVEL_DIGITS.values() if digits > len(area_code))
    digits = longer[0] if longer else len(area_code)
    table = _empty_month(scope, area_code, digits, days)
    _add_patrols(table, scope, area_code, digits, first, last)
    _add_points(table, scope, area_code, digits, first, last)
    names = area_names(table)
    for code, row in table.items():
        row.area_name = names.get(code, code)
    return [table[code] for code in sorted(table)]


def _empty_month(scope: AreaScope, area_code: str, digits: int, days: int) -> dict[str, MonthRow]:
    table: dict[str, MonthRow] = {}
    for code in household_counts(narrowed(scope, area_code)):
        row = table.setdefault(code[:digits], MonthRow(code[:digits], "", 0, [0] * days))
        row.grids += len(code) == LEVEL_DIGITS["grid"]
    return table


def _within(model: Any, query: Any, area_code: str, first: date, last: date) -> Any:
    column = model.area_code
    return query.where((column >= area_code) & (column < area_code + AFTER_DIGITS)).where(
        (model.day >= first) & (model.day <= last)
    )


def _add_patrols(
    table: dict[str, MonthRow], scope: AreaScope, area_code: str, digits: int, first: date, last: date
) -> None:
    head = fn.SUBSTR(Patrol.area_code, 1, digits)
    sums = (fn.SUM(Patrol.minutes), fn.COUNT(Patrol.id), fn.SUM(Patrol.findings))
    query = _within(Patrol, Patrol.within(scope, head, Patrol.day, *sums), area_code, first, last)
    for code, day, minutes, count, findings in rows(query.group_by(SQL("1"), Patrol.day)):
        row = table.setdefault(code, MonthRow(code, "", 0, [0] * last.day))
        row.minutes[day.day - 1] += int(minutes)
        row.patrols += count
        row.findings += int(findings)


def _add_points(
    table: dict[str, MonthRow], scope: AreaScope, area_code: str, digits: int, first: date, last: date
) -> None:
    column = PatrolPoint.area_code
    points = PatrolPoint.within(scope, PatrolPoint.id, column).where(
        (column >= area_code) & (column < area_code + AFTER_DIGITS) & PatrolPoint.retired_at.is_null()
    )
    seen = _seen(scope, first, last)
    for point_id, code in rows(points):
        row = table.get(code[:digits])
        if row is not None:
            row.points += 1
            row.seen += point_id in seen
