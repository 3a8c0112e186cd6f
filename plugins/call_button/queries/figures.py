"""A month's calls against the marks (TSA: 97.5 % answered within 60 s, 99 % within 180 s), and the calls
behind each number.

A call that was cancelled before anybody could take it counts as a call, but nobody failed to answer it; nor
is one late that rings for less than the last mark yet. Seconds count from when a call rang: what a gateway or
the broker held up before, nobody could answer; such calls are counted apart.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Final

from peewee import SQL, fn
from peewee import Case as When

from core.areas.api import area_names
from core.clock import CHINA, now, today
from core.county import plugin_settings
from core.db import milliseconds, rows
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.call_button.models.calls import CANCELLED, DOWN, RINGING, UP, Call
from plugins.call_button.queries.calls import CallView, views

FIGURES: Final = "call_button.figures"
# What part of the calls have to be answered within the first and the second mark, in thousandths.
WANTED: Final = (975, 990)
VILLAGE_DIGITS: Final = 12
# Which calls a number counts.
ALL, DUE, FIRST, SECOND, LATE, GONE, HELD_UP, THUMB_UP, THUMB_DOWN = PARTS = (
    *("all", "due", "first", "second", "late", "cancelled", "held_up", "up", "down"),
)


@value_class
class Counts:
    """How many calls there were, and of those that were `due` how many were answered within each mark.

    `held_up`: whose press came late.
    """

    calls: int = 0
    due: int = 0
    first: int = 0
    second: int = 0
    cancelled: int = 0
    held_up: int = 0
    up: int = 0
    down: int = 0

    @property
    def late(self) -> int:
        """Not answered within the second mark."""
        return self.due - self.second

    def of(self, part: str) -> int:
        """How many calls a part counts."""
        return {
            ALL: self.calls,
            DUE: self.due,
            FIRST: self.first,
            SECOND: self.second,
            LATE: self.late,
            GONE: self.cancelled,
            HELD_UP: self.held_up,
            THUMB_UP: self.up,
            THUMB_DOWN: self.down,
        }[part]

    def share(self, mark: int) -> int | None:
        """Thousandths answered within mark 0 or 1, rounded down so that a promise not kept never looks
        kept; None where no call was due."""
        return (self.first, self.second)[mark] * 1000 // self.due if self.due else None

    def is_kept(self, mark: int) -> bool | None:
        """Whether the mark is kept."""
        share = self.share(mark)
        return None if share is None else share >= WANTED[mark]


@value_class
class AreaCounts:
    """The calls of a village; empty code: of all."""

    code: str
    name: str
    counts: Counts


@value_class
class MonthFigures:
    """`first_day` of the month; `marks` in seconds."""

    first_day: date
    marks: tuple[int, int]
    whole: Counts
    areas: tuple[AreaCounts, ...]


def month_of(raw_month: str) -> date:
    """The first day of a month as `2026-11`; of this month for what is none."""
    if re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", raw_month):
        return date(int(raw_month[:4]), int(raw_month[5:]), 1)
    return today().replace(day=1)


def months_back(first_day: date, count: int) -> date:
    """The first day of the month so many months before."""
    number = first_day.year * 12 + first_day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def marks() -> tuple[int, int]:
    """The county's two marks in seconds."""
    first, second = plugin_settings("call_button")["answer_seconds"]
    return int(first), int(second)


def month_figures(scope: AreaScope, first_day: date) -> MonthFigures:
    """The calls of a month by village, sorted by code."""
    head = fn.SUBSTR(Call.area_code, 1, VILLAGE_DIGITS).alias("place_code")
    counted = (DUE, FIRST, SECOND, GONE, HELD_UP, THUMB_UP, THUMB_DOWN)
    columns = [fn.COALESCE(fn.SUM(When(None, ((_part(part), 1),), 0)), 0) for part in counted]
    query = Call.within(scope, head, fn.COUNT(Call.id), *columns).where(_in_month(first_day))
    found = {code: [int(n) for n in counts] for code, *counts in rows(query.group_by(SQL("place_code")))}
    names = area_names(found)
    areas = tuple(AreaCounts(code, names.get(code, code), Counts(*found[code])) for code in sorted(found))
    whole = Counts(*(sum(column) for column in zip(*found.values(), strict=True))) if found else Counts()
    return MonthFigures(first_day, marks(), whole, areas)


def month_calls(
    scope: AreaScope, first_day: date, part: str, *, page: int = 1, page_size: int = 20
) -> tuple[list[CallView], int]:
    """The calls that a number of the month counts, newest first; how many. `part` is one of PARTS."""
    query = Call.within(scope).where(_in_month(first_day))
    if part != ALL:
        query = query.where(_part(part))
    ordered = query.order_by(Call.rung_at.desc(), Call.id.desc())
    return views(list(ordered.paginate(page, page_size))), query.count()


def _in_month(first_day: date) -> Any:
    since, until = (
        milliseconds(datetime.combine(day, time(), CHINA)) for day in (first_day, months_back(first_day, -1))
    )
    return (Call.rung_at >= since) & (Call.rung_at < until)


def _part(part: str) -> Any:
    first, second = (1000 * mark for mark in marks())
    took = Call.answered_at - Call.rung_at
    unanswered = Call.answered_at.is_null()
    fresh = (Call.state == RINGING) & (Call.rung_at > milliseconds(now()) - second)
    due = ~((Call.state == CANCELLED) & unanswered) & ~fresh
    if part == LATE:
        return due & (unanswered | (took > second))
    return {
        DUE: due,
        FIRST: ~unanswered & (took <= first),
        SECOND: ~unanswered & (took <= second),
        GONE: (Call.state == CANCELLED) & unanswered,
        HELD_UP: Call.pressed_at.is_null(False),
        THUMB_UP: Call.thumb == UP,
        THUMB_DOWN: Call.thumb == DOWN,
    }[part]


def table_of(found: MonthFigures) -> Iterable[AreaCounts]:
    """The villages, and last all of them."""
    return (*found.areas, AreaCounts("", "", found.whole))
