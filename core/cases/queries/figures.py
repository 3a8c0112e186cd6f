"""Figures of a period. Each is a number of whole cases; whoever shows a rate shows what it was made of."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import SQL, fn
from peewee import Case as When

from core.cases.models import Case
from core.cases.words import ANSWERED, CANCELLED, CLOSED, DOWN, OPEN, UP
from core.clock import CHINA
from core.db import rows
from core.scope import AreaScope


@dataclass(frozen=True)
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
    query = Case.within(scope, *_sums()).where(reported_from(since, until))
    ((received, *rest),) = rows(query)
    return Figures(received, *(int(each or 0) for each in rest))


def figures_by_area(scope: AreaScope, since: date, until: date, *, digits: int) -> dict[str, Figures]:
    """The same by area: `digits` of the code that count (9: by town, 12: by village)."""
    head = fn.SUBSTR(Case.area_code, 1, digits)
    query = Case.within(scope, head, *_sums()).where(reported_from(since, until)).group_by(SQL("1"))
    return {
        code: Figures(received, *(int(each or 0) for each in rest)) for code, received, *rest in rows(query)
    }


def figures_by_area_and_kind(
    scope: AreaScope, since: date, until: date, *, digits: int
) -> dict[tuple[str, str], Figures]:
    """The same by area and kind at once, from which `added` makes either and the whole."""
    head = fn.SUBSTR(Case.area_code, 1, digits)
    query = Case.within(scope, head, Case.kind, *_sums()).where(reported_from(since, until))
    found = rows(query.group_by(SQL("1"), SQL("2")))
    return {
        (code, kind): Figures(received, *(int(each or 0) for each in rest))
        for code, kind, received, *rest in found
    }


def added(parts: Iterable[Figures]) -> Figures:
    """Figures of parts that have no case in common, joined."""
    columns = list(zip(*(astuple(part) for part in parts), strict=True))
    return Figures(*(map(sum, columns) if columns else [0] * len(fields(Figures))))


def reported_from(since: date, until: date) -> Any:
    """The condition that a case was reported from a day to a day, both inclusive."""
    return (Case.reported_at >= _midnight(since)) & (Case.reported_at < _midnight(until + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _sums() -> list[Any]:
    def count(condition: Any) -> Any:
        return fn.SUM(When(None, [(condition, 1)], 0))

    return [
        fn.COUNT(SQL("*")),
        count(Case.state.in_(ANSWERED)),
        count(Case.state == CLOSED),
        count(Case.thumb.in_((UP, DOWN))),
        count(Case.thumb == UP),
        count(Case.on_the_spot),
        count(Case.late),
        count(Case.state.in_(OPEN)),
        count(Case.state == CANCELLED),
    ]
