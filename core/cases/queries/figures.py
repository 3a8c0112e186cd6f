"""Figures of a period. Each is a number of whole cases; whoever shows a rate shows what it was made of."""

from collections.abc import Iterable
from dataclasses import astuple, fields
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from peewee import SQL, fn

from core.cases.models import Case
from core.cases.words import ANSWERED, CANCELLED, CLOSED, DOWN, OPEN, UP
from core.clock import CHINA
from core.db import raw_rows
from core.scope import AreaScope
from core.value_classes import value_class


@value_class
class Figures:
    """Of the cases reported in a period: `answered` has an outcome, `closed` is struck off.

    `satisfied` of `rated`; `on_the_spot` were solved while they were reported and count among the
    answered, apart from the rest; `overdue` ever missed a deadline.
    """

    received: int
    answered: int
    closed: int
    rated: int
    satisfied: int
    on_the_spot: int
    overdue: int
    open: int
    cancelled: int


def figures(scope: AreaScope, since: date, until: date) -> Figures:
    """What became of the cases reported in `scope` from `since` to `until`, both inclusive."""
    return added(figures_by_area_and_kind(scope, since, until, digits=0).values())


def figures_by_area(scope: AreaScope, since: date, until: date, *, digits: int) -> dict[str, Figures]:
    """The same by area: `digits` of the code that count (9: by town, 12: by village)."""
    parts: dict[str, list[Figures]] = {}
    for (code, _), found in figures_by_area_and_kind(scope, since, until, digits=digits).items():
        parts.setdefault(code, []).append(found)
    return {code: added(found) for code, found in parts.items()}


def figures_by_area_and_kind(
    scope: AreaScope, since: date, until: date, *, digits: int
) -> dict[tuple[str, str], Figures]:
    """The same by area and kind at once, from which `added` makes either and the whole."""
    # Grouped as the index is sorted, and told apart here: half the time of nine sums over every row.
    query = Case.within(scope, *_ALIKE, fn.COUNT(SQL("*"))).where(reported_from(since, until))
    counted: dict[tuple[str, str], list[int]] = {}
    for code, kind, state, thumb, on_the_spot, late, count in raw_rows(query.group_by(*_ALIKE)):
        sums = counted.setdefault((code[:digits], kind), [0] * len(fields(Figures)))
        for place, counts in enumerate(_counts(state, thumb, on_the_spot, late)):
            sums[place] += counts and count
    return {key: Figures(*sums) for key, sums in counted.items()}


def added(parts: Iterable[Figures]) -> Figures:
    """Figures of parts that have no case in common, joined."""
    columns = list(zip(*(astuple(part) for part in parts), strict=True))
    return Figures(*(map(sum, columns) if columns else [0] * len(fields(Figures))))


def reported_from(since: date, until: date) -> Any:
    """The condition that a case was reported from `since` to `until`, both inclusive."""
    return (Case.reported_at >= midnight(since)) & (Case.reported_at < midnight(until + timedelta(days=1)))


def midnight(day: date) -> datetime:
    """When a day begins in China."""
    return datetime.combine(day, time(), CHINA)


# Cases that do not differ in these count alike.
_ALIKE = (Case.area_code, Case.kind, Case.state, Case.thumb, Case.on_the_spot, Case.late)


@cache
def _counts(state: str, thumb: str, on_the_spot: bool, late: bool) -> tuple[bool, ...]:
    """Whether such cases count, for each of the figures."""
    return astuple(
        Figures(
            received=True,
            answered=state in ANSWERED,
            closed=state == CLOSED,
            rated=thumb in (UP, DOWN),
            satisfied=thumb == UP,
            on_the_spot=bool(on_the_spot),
            overdue=bool(late),
            open=state in OPEN,
            cancelled=state == CANCELLED,
        )
    )
