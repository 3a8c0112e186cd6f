"""Reading periods: for which time the county has a fund of its own, and what is in it."""

from datetime import date

from core.clock import today
from core.county import county
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import FUND, LedgerAccount, Period

_COUNTY = "a period is the whole county's"


@value_class
class PeriodView:
    """A period. `state`: coming, running, over (what is left has not gone back) or closed."""

    id: int
    title: str
    begins: date
    ends: date
    state: str


def list_periods() -> list[PeriodView]:
    """All periods, the newest first."""
    return [
        PeriodView(row.id, row.title, row.begins, row.ends, _state(row))
        for row in Period.unscoped(_COUNTY).order_by(Period.begins.desc())
    ]


def county_fund_left(scope: AreaScope) -> int | None:
    """What is left in the county's own fund; None for whoever does not hold the whole county."""
    code = county().settings.county_code
    if not scope.covers(code):
        return None
    row = (
        LedgerAccount.within(scope)
        .where((LedgerAccount.kind == FUND) & (LedgerAccount.area_code == code))
        .first()
    )
    return int(row.balance) if row else 0


def _state(row: Period) -> str:
    if row.closed_at is not None:
        return "closed"
    if row.ends < today():
        return "over"
    return "running" if row.begins <= today() else "coming"
