"""The cases behind a period's figures, one by one; and those that were answered in it, for drawing some."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from core.cases.models import Case
from core.cases.queries.figures import midnight, reported_from
from core.cases.queries.lists import page_of, rows_of
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ANSWERED, CANCELLED, DOWN, UP
from core.db import rows
from core.scope import AreaScope

# Part of the figures -> its condition.
_PARTS: dict[str, Any] = {
    "received": None,
    "answered": Case.state.in_(ANSWERED),
    "cancelled": Case.state == CANCELLED,
    "rated": Case.thumb.in_((UP, DOWN)),
    "satisfied": Case.thumb == UP,
}
PARTS = tuple(_PARTS)


def cases_behind(
    scope: AreaScope, since: date, until: date, *, part: str = "received", page: int = 1, page_size: int = 20
) -> tuple[list[CaseView], int]:
    """The cases that `figures` counts as `part` (one of PARTS), the newest first, and how many there are."""
    condition = _PARTS[part]
    query = Case.within(scope, Case.id).where(reported_from(since, until))
    query = query if condition is None else query.where(condition)
    return case_views(rows_of(page_of(query, page, page_size))), query.count()


def answered_cases(scope: AreaScope, since: date, until: date) -> list[int]:
    """The cases of `scope` whose answer that stands was given from `since` to `until`, by id."""
    query = Case.within(scope, Case.id).where(
        (Case.resolved_at >= midnight(since))
        & (Case.resolved_at < midnight(until + timedelta(days=1)))
        & Case.state.in_(ANSWERED)
    )
    return [case_id for (case_id,) in rows(query.order_by(Case.id))]


def numbered_cases(case_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Case -> its number and area, for many at once; the caller reached them through records of its own."""
    query = Case.unscoped(
        "numbers of cases that the caller's records name", Case.id, Case.number, Case.area_code
    )
    return {key: (number, area) for key, number, area in rows(query.where(Case.id.in_(list(case_ids))))}
