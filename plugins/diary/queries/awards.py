"""What the rules for awards are reckoned from, and what was put forward and decided."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import SQL, Case, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.burdens import ground_of
from core.cases.api import Figures, case_marks, figures_by_area
from core.county import plugin_settings
from core.db import rows
from core.errors import NotFound
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.award_rules import ACCOUNT, AREA, ITEM, PROPOSED, Candidate, scored
from plugins.diary.index_rules import Term
from plugins.diary.models.entries import Entry, EntryCase
from plugins.diary.models.posting import Posting, WorkItem
from plugins.diary.models.reports import Nomination
from plugins.diary.models.visits import Care, Visit
from plugins.diary.queries.index import index_of
from plugins.diary.queries.postings import live
from plugins.diary.queries.report_period import VILLAGE_DIGITS, Period

AWARDS = "diary.awards"
_ANYWHERE = "which households of the area were visited, wherever they stood then"
_OWN = "figures of one cadre, who is put forward on a ground that the county names"
_NONE = Figures(0, 0, 0, 0, 0, 0, 0, 0, 0)


@value_class
class NominationView:
    """Somebody or something put forward, with its terms."""

    id: int
    area_code: str
    area_name: str
    month: str
    award: str
    subject_kind: str
    subject_id: str
    title: str
    rank: int
    tenths: int
    terms: tuple[Term, ...]
    at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    why: str

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide yet."""
        return self.state == PROPOSED

    @property
    def score(self) -> str:
        """0 to 100 with one decimal; days for lines of a work list."""
        return str(self.tenths) if self.subject_kind == ITEM else f"{self.tenths / 10:.1f}"


def may_name_people() -> bool:
    """Whether the county names a ground for putting people forward: for a score and for a ranking."""
    return bool(ground_of("personal_score") and ground_of("ranking"))


def villages(period: Period) -> list[Candidate]:
    """Villages by four terms of the same weight: coverage, answered, on time, satisfied."""
    doors = _doors(period)
    cases = figures_by_area(period.scope, period.since, period.until, digits=VILLAGE_DIGITS)
    codes = sorted({*doors, *cases})
    names = area_names(codes)
    found = []
    for code in codes:
        whole, visited = doors.get(code, (0, 0))
        case = cases.get(code, _NONE)
        terms = (
            Term("coverage", visited, whole, 1),
            Term("answered", case.answered, case.received - case.cancelled, 1),
            Term("on_time", case.received - case.overdue, case.received, 1),
            Term("satisfied", case.satisfied, case.rated, 1),
        )
        found.append(scored(f"{AREA}:{code}", code, names.get(code, code), terms))
    return [each for each in found if each is not None]


def _doors(period: Period) -> dict[str, tuple[int, int]]:
    visited = Visit.unscoped(_ANYWHERE, Visit.household_id).where(
        (Visit.day >= period.year) & (Visit.day <= period.until) & Visit.household_id.is_null(False)
    )
    query = Care.within(
        period.scope,
        SQL(f"SUBSTR(t1.area_code, 1, {VILLAGE_DIGITS})"),
        fn.COUNT(Care.household_id),
        fn.SUM(Case(None, [(Care.household_id.in_(visited), 1)], 0)),
    ).group_by(SQL("1"))
    return {code: (doors, int(done or 0)) for code, doors, done in rows(query)}


def cadres(period: Period) -> list[Candidate]:
    """Cadres stationed in the area: the terms of their index, and their problems that kept every deadline.

    The caller has checked the grounds.
    """
    query = Posting.within(period.scope, Posting.account_id, Posting.area_code).where(live())
    places: dict[int, str] = dict(rows(query.order_by(Posting.id.desc())))
    weight = int(plugin_settings("diary")["weight_on_time"])
    found = []
    for account_id, code in sorted(places.items()):
        terms = index_of(account_id, period.month).index.terms
        kept, whole = _on_time(account_id, period)
        found.append(
            scored(f"{ACCOUNT}:{account_id}", code, "", (*terms, Term("on_time", kept, whole, weight)))
        )
    return [each for each in found if each is not None]


def _on_time(account_id: int, period: Period) -> tuple[int, int]:
    mine = Entry.unscoped(_OWN, Entry.id).where(
        (Entry.account_id == account_id) & (Entry.day >= period.since) & (Entry.day <= period.until)
    )
    query = EntryCase.unscoped(_OWN, EntryCase.case_id).where(EntryCase.entry_id.in_(mine))
    marks = case_marks([case_id for (case_id,) in rows(query)]).values()
    kept = [mark for mark in marks if mark.state != "cancelled"]
    return sum(not mark.late for mark in kept), len(kept)


def items_ahead(period: Period) -> list[Candidate]:
    """Lines of work lists that were done in the month, days ahead of their day."""
    query = WorkItem.within(period.scope).where(
        (WorkItem.done_on >= period.since)
        & (WorkItem.done_on <= period.until)
        & (WorkItem.due > WorkItem.done_on)
    )
    found: list[Any] = list(query.order_by(WorkItem.id))
    return [_item(row, "days_ahead", row.due - row.done_on) for row in found]


def items_late(period: Period) -> list[Candidate]:
    """Lines of work lists that were still open at the end of the month, days beyond their day."""
    query = WorkItem.within(period.scope).where(
        (WorkItem.due < period.until) & (WorkItem.done_on.is_null() | (WorkItem.done_on > period.until))
    )
    found: list[Any] = list(query.order_by(WorkItem.id))
    return [_item(row, "days_late", period.until - row.due) for row in found]


def _item(row: Any, term: str, span: Any) -> Candidate:
    days = int(span.days)
    return Candidate(f"{ITEM}:{row.id}", row.area_code, row.text, (Term(term, days, 0, 0),), days)


def list_nominations(
    reader: Actor, *, month: str = "", page: int = 1, page_size: int = 100
) -> tuple[list[NominationView], int]:
    """What was put forward in the reader's areas; people only where the county names the grounds."""
    query = Nomination.within(reader.scope(AWARDS))
    if month:
        query = query.where(Nomination.month == month)
    if not may_name_people():
        query = query.where(~Nomination.subject.startswith(ACCOUNT + ":"))
    order = (Nomination.month.desc(), Nomination.award, Nomination.subject, Nomination.rank)
    total = query.count()
    return _views(list(query.order_by(*order).paginate(page, page_size))), total


def nomination_row(reader: Actor, nomination_id: int) -> Nomination:
    """The row. Raises NotFound."""
    query = Nomination.within(reader.scope(AWARDS)).where(Nomination.id == nomination_id)
    row: Nomination | None = query.get_or_none()
    if row is None or (row.subject.startswith(ACCOUNT + ":") and not may_name_people()):
        raise NotFound
    return row


def _views(found: Sequence[Nomination]) -> list[NominationView]:
    kinds = {row.id: row.subject.partition(":")[::2] for row in found}
    people = [int(key) for kind, key in kinds.values() if kind == ACCOUNT]
    deciders = [row.decided_by for row in found if row.decided_by]
    names, areas = account_names([*people, *deciders]), area_names({row.area_code for row in found})
    views = [
        NominationView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            month=row.month,
            award=row.award,
            subject_kind=kinds[row.id][0],
            subject_id=kinds[row.id][1],
            title=row.title or names.get(int(kinds[row.id][1]), ""),
            rank=row.rank,
            tenths=row.tenths,
            terms=tuple(Term(*term) for term in json.loads(row.terms)),
            at=row.at,
            state=row.state,
            decided_by=names.get(row.decided_by or 0, ""),
            decided_at=row.decided_at,
            why=row.why,
        )
        for row in found
    ]
    return sorted(views, key=lambda view: (view.award, view.subject_kind, view.rank, view.id))
