"""The index of a cadre and month: every term with what it is made of."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.accounts.api import account_names
from core.burdens import ground_of
from core.cases.api import case_marks
from core.clock import today
from core.county import plugin_settings
from core.db import rows
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.index_rules import DIFFICULTY_POINTS, Index, Term, reckon
from plugins.diary.models.entries import Entry, EntryCase
from plugins.diary.models.index import IndexObjection
from plugins.diary.models.posting import Posting
from plugins.diary.models.visits import Visit
from plugins.diary.queries.postings import live

INDEX = "diary.index"
_OWN = "figures of one cadre, whom the caller may see"


@value_class
class IndexView:
    """A cadre's index of a month."""

    account_id: int
    account_name: str
    month: str
    index: Index

    @property
    def id(self) -> str:
        """Account and month."""
        return f"{self.account_id}-{self.month}"

    @property
    def score(self) -> float | None:
        """0 to 100 with one decimal; None where nothing counts."""
        return None if self.index.tenths is None else self.index.tenths / 10

    @property
    def terms(self) -> tuple[Term, ...]:
        """What it is made of."""
        return self.index.terms


@value_class
class ObjectionView:
    """An objection and its answer."""

    id: int
    account_id: int
    account_name: str
    month: str
    term: str
    text: str
    at: datetime
    answer: str
    answered_at: datetime | None


def index_of(account_id: int, month: str) -> IndexView:
    """The index of a cadre and month (YYYY-MM); the caller has checked that it may be seen.

    Weeks are those that the month touches, up to today. Raises NotFound for what is no month.
    """
    first, last = month_days(month)
    days = _visit_days(account_id, first, last)
    difficulty, up, rated = _problems(account_id, first, last)
    index = reckon(
        visits=len(days),
        weeks_with=len({day.isocalendar()[:2] for day in days}),
        weeks=len(_weeks(first, min(last, today()))),
        difficulty=difficulty,
        up=up,
        rated=rated,
        settings=plugin_settings("diary"),
    )
    return IndexView(account_id, account_names([account_id]).get(account_id, ""), month, index)


def month_days(month: str) -> tuple[date, date]:
    """The first and the last day of a month. Raises NotFound for what is none."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _weeks(first: date, last: date) -> set[tuple[int, int]]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day.isocalendar()[:2] for day in days}


def _visit_days(account_id: int, first: date, last: date) -> list[date]:
    query = Visit.unscoped(_OWN, Visit.day).where(
        (Visit.account_id == account_id) & (Visit.day >= first) & (Visit.day <= last)
    )
    return [day for (day,) in rows(query)]


def _problems(account_id: int, first: date, last: date) -> tuple[int, int, int]:
    """Points of difficulty of the problems in a month's entries; thumbs up; how many were rated."""
    mine = Entry.unscoped(_OWN, Entry.id).where(
        (Entry.account_id == account_id) & (Entry.day >= first) & (Entry.day <= last)
    )
    query = EntryCase.unscoped(_OWN, EntryCase.case_id).where(EntryCase.entry_id.in_(mine))
    marks = case_marks([case_id for (case_id,) in rows(query)]).values()
    kept = [mark for mark in marks if mark.state != "cancelled"]
    rated = [mark for mark in kept if mark.thumb]
    points = sum(DIFFICULTY_POINTS.get(mark.difficulty, 1) for mark in kept)
    return points, sum(mark.thumb == "up" for mark in rated), len(rated)


def indices(
    scope: AreaScope, area_code: str, month: str, *, page: int = 1, page_size: int = 20
) -> tuple[list[IndexView], int]:
    """Cadres stationed in an area with their indices, by place; by score only where a ranking is grounded.

    The caller has checked that individual figures may be seen.
    """
    column = Posting.area_code
    query = (
        Posting.within(scope, Posting.account_id)
        .where(live() & (column >= area_code) & (column < area_code + AFTER_DIGITS))
        .order_by(column, Posting.id)
    )
    accounts = list(dict.fromkeys(account_id for (account_id,) in rows(query)))
    place = slice((page - 1) * page_size, page * page_size)
    if not ground_of("ranking"):
        return [index_of(account_id, month) for account_id in accounts[place]], len(accounts)
    views = [index_of(account_id, month) for account_id in accounts]
    views.sort(key=lambda view: (-(view.index.tenths or 0), view.account_id))
    return views[place], len(accounts)


def stationed_at(account_id: int) -> str | None:
    """Where a cadre is stationed today: the smallest area that holds all places of the first posting."""
    query = Posting.unscoped(_OWN, Posting.area_code).where((Posting.account_id == account_id) & live())
    for (code,) in rows(query.order_by(Posting.id).limit(1)):
        return str(code)
    return None


def objections(reader: Actor, *, mine: bool, limit: int = 100) -> list[ObjectionView]:
    """One's own objections, or those of one's areas, the unanswered ones first."""
    if mine:
        query = IndexObjection.unscoped(_OWN).where(IndexObjection.account_id == reader.account_id)
    else:
        query = IndexObjection.within(reader.scope(INDEX))
    order = (IndexObjection.answered_at.is_null(False), IndexObjection.id.desc())
    return _objection_views(list(query.order_by(*order).limit(limit)))


def _objection_views(found: Sequence[IndexObjection]) -> list[ObjectionView]:
    names = account_names([row.account_id for row in found])
    return [
        ObjectionView(
            row.id,
            row.account_id,
            names.get(row.account_id, ""),
            row.month,
            row.term,
            row.text,
            row.at,
            row.answer,
            row.answered_at,
        )
        for row in found
    ]
