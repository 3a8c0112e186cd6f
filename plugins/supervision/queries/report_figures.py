"""Reports counted for supervisors and leaders: by area and kind, by year, without names.

A count below three could point to somebody, so it is not shown; nor can it be reckoned from the others: the
next smallest is hidden too until what is hidden is at least three together and can be made up in two ways
(2 and 10 hidden beside a 10 cannot: nothing that is hidden is above the least that is shown). Years do not
overlap, so that no two tables differ by a few reports.
"""

from collections.abc import Mapping
from datetime import datetime

from peewee import SQL, fn

from core.areas.api import area_names
from core.clock import CHINA
from core.db import milliseconds, rows
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.reports import MisconductReport
from plugins.supervision.queries.report_reach import FIGURES, visible
from plugins.supervision.report_words import ENDED, KINDS

LEAST = 3
_BELOW = {4: 6, 6: 9, 9: 12}


@value_class
class Count:
    """A line of a table; None: fewer than three, or hidden with one that is."""

    code: str
    title: str
    reports: int | None


@value_class
class ReportFigures:
    """A year's reports; None instead of a sum below three."""

    year: int
    reports: int | None
    ended: int | None
    solved: int | None
    by_area: tuple[Count, ...]
    by_kind: tuple[Count, ...]


def figures(actor: Actor, year: int) -> ReportFigures:
    """The figures of a year. What concerns the actor is not counted. Raises Forbidden."""
    scope = actor.demand(FIGURES)
    since, until = (milliseconds(datetime(each, 1, 1, tzinfo=CHINA)) for each in (year, year + 1))
    digits = _BELOW.get(min(map(len, scope.prefixes)), 12)
    report = MisconductReport
    in_year = (report.received_at >= since) & (report.received_at < until)
    head = fn.SUBSTR(report.area_code, 1, digits).alias("place_code")
    query = visible(actor, head, report.kind, fn.COUNT(report.id), permission=FIGURES).where(in_year)
    areas: dict[str, int] = {}
    kinds = dict.fromkeys(KINDS, 0)
    for code, kind, count in rows(query.group_by(SQL("place_code"), report.kind)):
        areas[code] = areas.get(code, 0) + int(count)
        kinds[kind] = kinds.get(kind, 0) + int(count)
    ended = visible(actor, permission=FIGURES).where(in_year & (report.state == ENDED))
    names = area_names(areas)
    by_area, by_kind = shown_counts(areas), shown_counts(kinds)
    return ReportFigures(
        year,
        _from_three(sum(areas.values())),
        _from_three(ended.count()),
        _from_three(ended.where(report.is_solved == True).count()),  # noqa: E712 - a column
        tuple(Count(code, names.get(code, code), by_area[code]) for code in sorted(areas)),
        tuple(Count(code, title, by_kind[code]) for code, title in KINDS.items()),
    )


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """What may be shown of counts whose sum is shown: none below three, none that the others give away."""
    hidden = {code for code, count in counts.items() if count < LEAST}
    rest = sorted((count, code) for code, count in counts.items() if code not in hidden)
    while hidden and rest and _gives_away([counts[code] for code in hidden], least_shown=rest[0][0]):
        hidden.add(rest.pop(0)[1])
    return {code: None if code in hidden else count for code, count in counts.items()}


def _gives_away(hidden: list[int], *, least_shown: int) -> bool:
    """Whether whoever knows the sum can reckon what is hidden."""
    total = sum(hidden)
    if len(hidden) < 2 or total < LEAST or total == (LEAST - 1) * len(hidden):
        return True  # each may be two at most where none was hidden with them
    # One of them is below three and no other above the least that is shown: what is left for the one?
    return total >= (len(hidden) - 1) * least_shown


def _from_three(count: int) -> int | None:
    return count if count >= LEAST else None
