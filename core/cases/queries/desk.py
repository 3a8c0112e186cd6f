"""What is on somebody's desk, with clocks, and the board of an area by state."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from peewee import SQL, fn

from core.cases.models import Assignment, Case
from core.cases.queries.lists import rows_of
from core.cases.queries.reach import VIEW, Reader, desk_areas
from core.cases.queries.units import units_of
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ANSWERED, HELPER, OPEN, STATES
from core.db import rows
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class

COLUMNS = (*OPEN, *ANSWERED)
_MOST = 100
_LISTED = "the desk, or the reader's areas, are a condition of the list"


@value_class
class DeskView:
    """What waits on a desk, the most urgent first; `total` counts what `cases` may have left out."""

    cases: list[CaseView]
    helping: list[CaseView]
    total: int


@value_class
class Column:
    """One state of the board: the most urgent cases, and how many there are."""

    state: str
    title: str
    cases: list[CaseView]
    total: int


def desk(actor: Actor, *, limit: int = _MOST) -> DeskView:
    """What is on the actor's own desks, units and posts together, and what they help with."""
    units, areas = units_of(actor), desk_areas(actor)
    mine = _mine(units, areas)
    if mine is None:
        return DeskView([], [], 0)
    query = Case.unscoped(_LISTED).where(Case.state.in_(OPEN) & mine)
    found = list(query.order_by(Case.due_at.is_null(), Case.due_at, Case.id).limit(limit))
    helping = list(
        Case.unscoped(_LISTED)
        .where(Case.state.in_(OPEN) & Case.id.in_(_helped(units, areas)))
        .order_by(Case.due_at.is_null(), Case.due_at, Case.id)
        .limit(limit)
    )
    views = case_views([*found, *helping])
    total = len(found) if len(found) < limit else query.count()
    return DeskView(views[: len(found)], views[len(found) :], total)


def on_desk(actor: Actor) -> Any:
    """The condition on `Case` for the actor's own desks; None where they have none."""
    return _mine(units_of(actor), desk_areas(actor))


def _mine(units: Sequence[int], areas: Sequence[str]) -> Any:
    ways: list[Any] = [Case.unit_id.in_(units)] if units else []
    if areas:
        ways.append(Case.unit_id.is_null() & Case.desk_area.in_(areas))
    # A village's desk takes its grids' in.
    ways += [
        Case.unit_id.is_null() & (Case.level == "grid") & _inside(Case.desk_area, code)
        for code in areas
        if len(code) == 12
    ]
    joined = None
    for way in ways:
        joined = way if joined is None else joined | way
    return joined


def _inside(column: Any, code: str) -> Any:
    return (column >= code) & (column < code + AFTER_DIGITS)


def _helped(units: Sequence[int], areas: Sequence[str]) -> Any:
    open_help = (Assignment.part == HELPER) & Assignment.ended_at.is_null()
    here = Assignment.unit_id.in_(units) if units else SQL("1 = 0")
    if areas:
        here |= Assignment.unit_id.is_null() & Assignment.desk_area.in_(areas)
    return Assignment.select(Assignment.case_id).where(open_help & here)


def board(reader: Reader, area_code: str | None = None, *, limit: int = 20) -> list[Column]:
    """What the reader may see in an area, by state: the most urgent first, closed ones newest first."""
    scope = reader.scope(VIEW) if isinstance(reader, Actor) else reader
    seen = scope.where(Case.area_code)
    if area_code:
        seen &= AreaScope((area_code,)).where(Case.area_code)
    counted = Case.unscoped(_LISTED, Case.state, fn.COUNT(Case.id)).where(Case.state.in_(COLUMNS) & seen)
    totals = dict(rows(counted.group_by(Case.state)))
    ids = _most_urgent(seen, limit)
    ids += _newest(seen, limit)
    found: dict[str, list[Case]] = {state: [] for state in COLUMNS}
    for row in rows_of(ids):
        found[row.state].append(row)
    views = iter(case_views([row for state in COLUMNS for row in found[state]]))
    return [
        Column(state, STATES[state], [next(views) for _ in found[state]], totals.get(state, 0))
        for state in COLUMNS
    ]


def _most_urgent(seen: Any, limit: int) -> list[int]:
    """Of each open state the first `limit` ids, by deadline; those whose clock stands come last."""
    order = [Case.due_at.is_null(), Case.due_at, Case.id]
    place = fn.ROW_NUMBER().over(partition_by=[Case.state], order_by=order).alias("place")
    placed = Case.unscoped(_LISTED, Case.id, place).where(Case.state.in_(OPEN) & seen).alias("placed")
    first = Case.unscoped(_LISTED, Case.id).join(placed, on=(Case.id == placed.c.id))
    return [case_id for (case_id,) in rows(first.where(placed.c.place <= limit).order_by(placed.c.place))]


def _newest(seen: Any, limit: int) -> list[int]:
    """Of each state that has an answer the ids of the last `limit`."""
    parts = [
        Case.unscoped(_LISTED, Case.id)
        .where((Case.state == state) & seen)
        .order_by(Case.id.desc())
        .limit(limit)
        .alias(state)
        for state in ANSWERED
    ]
    # Each is a few steps in an index; joined they are one statement.
    chosen: list[Any] = [
        Case.unscoped(_LISTED, Case.id).join(part, on=(Case.id == part.c.id)) for part in parts
    ]
    joined = reduce(lambda left, right: left.union_all(right), chosen)
    return sorted((case_id for (case_id,) in rows(joined)), reverse=True)


def open_cases_at(area_prefix: str, *, account_id: int | None = None) -> list[CaseView]:
    """Cases that still wait for somebody in an area and below, the oldest first; of one worker, if given.

    For hand-overs and areas that are redrawn: the caller has checked that the area is theirs.
    """
    here = AreaScope((area_prefix,)).where(Case.area_code) & Case.state.in_(OPEN)
    if account_id is not None:
        here &= Case.worker_id == account_id
    return case_views(list(Case.unscoped(_LISTED).where(here).order_by(Case.id)))
