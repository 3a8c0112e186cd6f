"""The rows behind a number of a report, as they are on record today and as the reader may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from core.cases.api import FACTS, CaseView, list_cases
from core.errors import NotFound
from core.scope import AFTER_DIGITS
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.entries import Entry
from plugins.diary.models.visits import Care, Visit
from plugins.diary.queries.care import DueView, due_views
from plugins.diary.queries.entries import EntryView, entry_views
from plugins.diary.queries.former import widened
from plugins.diary.queries.visits import VisitView, visit_views
from plugins.diary.words import PUBLISHED

VIEW = "diary.view"
_ANYWHERE = "which households of the reader's areas were visited, wherever they stood then"


@value_class
class Found:
    """A page of rows of one sort, and how many there are."""

    total: int = 0
    visits: Sequence[VisitView] = field(default_factory=tuple)
    entries: Sequence[EntryView] = field(default_factory=tuple)
    doors: Sequence[DueView] = field(default_factory=tuple)
    cases: Sequence[CaseView] = field(default_factory=tuple)


def rows_behind(
    reader: Actor, figures: Mapping[str, Any], wanted: Mapping[str, str], *, page: int, page_size: int
) -> Found:
    """The rows of a link of a report. `wanted`: what the link says (`what`, `code`, `kind`, ...).

    Raises NotFound for what no report links to.
    """
    ask = {"visits": _visits, "entries": _entries, "visited": _doors, "unvisited": _doors, "cases": _cases}
    if wanted.get("what") not in ask:
        raise NotFound
    return ask[wanted["what"]](reader, figures, wanted, page, page_size)


def _here(column: Any, figures: Mapping[str, Any], code: str) -> Any:
    """In the report's area, or counted in one line of its tables: old places that were merged into it too."""
    area: str = figures["area"]["code"]
    if code and not code.startswith(area):
        raise NotFound
    moved: dict[str, str] = figures["moved"]
    whole = code or area
    condition = _inside(column, whole)
    for old, new in sorted(moved.items()):
        if new.startswith(whole) and not old.startswith(whole):
            condition |= _inside(column, old)
        if old.startswith(whole) and not new.startswith(whole):
            condition &= ~_inside(column, old)
    return condition


def _inside(column: Any, code: str) -> Any:
    return (column >= code) & (column < code + AFTER_DIGITS)


def _days(figures: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(figures["since"]), date.fromisoformat(figures["until"])


def _visits(
    reader: Actor, figures: Mapping[str, Any], wanted: Mapping[str, str], page: int, page_size: int
) -> Found:
    since, until = _days(figures)
    query = Visit.within(widened(reader.scope(VIEW))).where(
        _here(Visit.area_code, figures, wanted.get("code", "")) & (Visit.day >= since) & (Visit.day <= until)
    )
    if wanted.get("kind"):
        query = query.where(Visit.kind == wanted["kind"])
    if wanted.get("solved"):
        query = query.where(Visit.solved > 0)
    if wanted.get("to"):
        query = query.where(Visit.household_id.is_null(wanted["to"] != "household"))
    found = list(query.order_by(Visit.day.desc(), Visit.id.desc()).paginate(page, page_size))
    return Found(query.count(), visits=visit_views(reader, found))


def _entries(
    reader: Actor, figures: Mapping[str, Any], wanted: Mapping[str, str], page: int, page_size: int
) -> Found:
    since, until = _days(figures)
    query = Entry.within(widened(reader.scope(VIEW))).where(
        _here(Entry.area_code, figures, wanted.get("code", ""))
        & (Entry.state == PUBLISHED)
        & Entry.removed_at.is_null()
        & (Entry.day >= since)
        & (Entry.day <= until)
    )
    if wanted.get("kind"):
        query = query.where(Entry.kind == wanted["kind"])
    if wanted.get("line"):
        query = query.where(Entry.line == wanted["line"])
    if wanted.get("problems"):
        query = query.where(Entry.cases > 0)
    found = list(query.order_by(Entry.day.desc(), Entry.id.desc()).paginate(page, page_size))
    return Found(query.count(), entries=entry_views(found))


def _doors(
    reader: Actor, figures: Mapping[str, Any], wanted: Mapping[str, str], page: int, page_size: int
) -> Found:
    _, until = _days(figures)
    visited = Visit.unscoped(_ANYWHERE, Visit.household_id).where(
        (Visit.day >= date(until.year, 1, 1)) & (Visit.day <= until) & Visit.household_id.is_null(False)
    )
    is_in = Care.household_id.in_(visited)
    query = Care.within(reader.scope(VIEW)).where(
        _here(Care.area_code, figures, wanted.get("code", ""))
        & (is_in if wanted["what"] == "visited" else ~is_in)
    )
    found = list(query.order_by(Care.area_code, Care.household_id).paginate(page, page_size))
    return Found(query.count(), doors=due_views(found))


def _cases(
    reader: Actor, figures: Mapping[str, Any], wanted: Mapping[str, str], page: int, page_size: int
) -> Found:
    code, area = wanted.get("code", ""), figures["area"]["code"]
    if (code and not code.startswith(area)) or wanted.get("fact", "") not in ("", *FACTS):
        raise NotFound
    whole = code or area
    old = [each for each, new in figures["moved"].items() if new.startswith(whole)]
    cases, total = list_cases(
        reader,
        kind=wanted.get("kind") or None,
        reported=_days(figures),
        fact=wanted.get("fact", ""),
        areas=[whole, *(each for each in old if not each.startswith(whole))],
        page=page,
        page_size=page_size,
    )
    return Found(total, cases=cases)
