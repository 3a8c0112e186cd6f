"""Money for a time: the county's own fund is filled for a period, feeds the villages, and is given back."""

from datetime import date
from typing import Any

from core import audit
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import (
    PeriodClosed,
    PeriodMissing,
    PeriodNotOver,
    PeriodNotReturned,
    PeriodOverlaps,
)
from plugins.points_store.models import BUDGET, BUDGET_BACK, FUND, LedgerAccount, Period
from plugins.points_store.services import ledger
from plugins.points_store.services.ledger import VILLAGE_DIGITS, Booked, Leg

P = "points_store.budget"
_COUNTY = "a period is the whole county's"


def declare_period(actor: Actor, *, title: str, begins: date, ends: date) -> Period:
    """Say for which time (a year, mostly) the county puts money into a fund of its own.

    Raises NotFound (for whoever does not hold the whole county), Invalid, PeriodOverlaps.
    """
    code = county().settings.county_code
    actor.demand(P, code)
    if ends < begins:
        raise Invalid(fields={"ends": [N_("结束日期不能早于开始日期。")]})
    with unit_of_work():
        other = _periods().where((Period.begins <= ends) & (Period.ends >= begins)).first()
        if other is not None:
            raise PeriodOverlaps(title=other.title)
        period = Period.create(
            area_code=code,
            title=title,
            begins=begins,
            ends=ends,
            declared_at=now(),
            declared_by=actor.account_id,
        )
        _record(actor, "declare_period", period, begins=begins.isoformat(), ends=ends.isoformat())
    return period


def fill_county_fund(actor: Actor, *, points: int, reason: str) -> Booked:
    """Put `points` (yuan) into the county's own fund, out of the mint.

    Raises NotFound, PeriodMissing, PeriodNotReturned.
    """
    code = county().settings.county_code
    actor.demand(P, code)
    with unit_of_work():
        if current_period() is None:
            raise PeriodMissing
        refuse_unreturned()
        legs = [Leg(ledger.mint(code).id, -points), Leg(ledger.county_fund(code).id, points)]
        return ledger.post(actor, BUDGET, legs, area_code=code, reason=reason)


def budget_source() -> LedgerAccount:
    """Whence villages get their budgets today: the county's fund within a period, else the mint.

    Call inside a unit of work. Raises PeriodNotReturned.
    """
    refuse_unreturned()
    code = county().settings.county_code
    return ledger.mint(code) if current_period() is None else ledger.county_fund(code)


def return_budgets(actor: Actor, *, period_id: int, reason: str) -> int:
    """A period is over: what is left of all villages' funds, then of the county's, goes back.

    Returns how many points went back to the mint. Raises NotFound, PeriodNotOver, PeriodClosed.
    """
    code = county().settings.county_code
    actor.demand(P, code)
    with unit_of_work():
        period: Period | None = _periods().where(Period.id == period_id).first()
        if period is None:
            raise NotFound
        if period.closed_at is not None:
            raise PeriodClosed
        if period.ends >= today():
            raise PeriodNotOver(day=period.ends.isoformat())
        own, mint = ledger.county_fund(code), ledger.mint(code)
        for fund in _village_funds():
            left = fund.balance - fund.held
            _give_back(actor, fund.id, own.id, left, fund.area_code, reason)
        back = _balance(own.id)
        _give_back(actor, own.id, mint.id, back, code, reason)
        Period.update(closed_at=now(), closed_by=actor.account_id).where(Period.id == period_id).execute()
        _record(actor, "close_period", period, points=back)
    return back


def current_period() -> Period | None:
    """The period that today lies in, if the county has declared one."""
    found: Period | None = _periods().where((Period.begins <= today()) & (Period.ends >= today())).first()
    return found


def refuse_unreturned() -> None:
    """Raises PeriodNotReturned while a period is over and what is left of it has not gone back."""
    over = _periods().where((Period.ends < today()) & Period.closed_at.is_null()).first()
    if over is not None:
        raise PeriodNotReturned(title=over.title)


def _periods() -> Any:
    return Period.unscoped(_COUNTY)


def _village_funds() -> list[LedgerAccount]:
    funds = LedgerAccount.unscoped(_COUNTY).where(
        (LedgerAccount.kind == FUND) & (LedgerAccount.balance > LedgerAccount.held)
    )
    rows: list[LedgerAccount] = list(funds.order_by(LedgerAccount.area_code))
    return [row for row in rows if len(row.area_code) == VILLAGE_DIGITS]


def _give_back(actor: Actor, source: int, target: int, points: int, area_code: str, reason: str) -> None:
    if points > 0:
        legs = [Leg(source, -points), Leg(target, points)]
        ledger.post(actor, BUDGET_BACK, legs, area_code=area_code, reason=reason)


def _balance(account_id: int) -> int:
    return int(LedgerAccount.unscoped(_COUNTY).where(LedgerAccount.id == account_id).get().balance)


def _record(actor: Actor, deed: str, period: Period, **detail: object) -> None:
    audit.record(
        actor,
        f"points_store.{deed}",
        area_code=period.area_code,
        subject=f"period:{period.id}",
        **detail,
    )
