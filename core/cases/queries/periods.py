"""The cases behind a period's figures, one by one; and those that were answered in it, for drawing some."""

from collections.abc import Collection
from datetime import date, timedelta

from core.cases.models import Case
from core.cases.queries.figures import midnight
from core.cases.words import ANSWERED
from core.db import rows
from core.scope import AreaScope


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
