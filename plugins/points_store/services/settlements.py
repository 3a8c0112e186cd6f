"""A store's month, settled once: its points go back to the mint, and the county owes money for them."""

from datetime import date

from core import audit
from core.clock import now, today
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import (
    BookDiffers,
    MonthNotOver,
    MonthSettled,
    NothingToSettle,
    OwnStore,
    PaidAlready,
)
from plugins.points_store.models import (
    SETTLEMENT,
    Redemption,
    Settlement,
    SettlementLine,
    SettlementPayment,
    Store,
    StoreClerk,
)
from plugins.points_store.services import ledger
from plugins.points_store.services.ledger import Leg
from plugins.points_store.services.store_months import (
    BY_VOUCHER,
    DONATED,
    OWN,
    Month,
    month_bounds,
    month_of,
)


def settle_store(actor: Actor, *, store_id: int, month: str) -> Settlement:
    """Settle a month ("2026-11") that is over; afterwards nothing of it is taken back but unused vouchers.

    Raises NotFound, OwnStore (a clerk of it), MonthNotOver, NothingToSettle (a month before the first
    redemption), MonthSettled, BookDiffers (counter and ledger do not agree).
    """
    scope = actor.demand("points_store.settle")
    _, after = month_bounds(month)
    with unit_of_work():
        store: Store | None = Store.within(scope).where(Store.id == store_id).first()
        if store is None:
            raise NotFound
        serving = (StoreClerk.store_id == store_id) & (StoreClerk.account_id == actor.account_id)
        if StoreClerk.select().where(serving).exists():
            raise OwnStore
        if today() < after:
            raise MonthNotOver(month=month)
        redeemed = Redemption.unscoped("the store was checked").where(Redemption.store_id == store_id)
        if not redeemed.where(Redemption.day < after).exists():
            raise NothingToSettle(month=month)
        done = Settlement.unscoped("the store was checked").where(
            (Settlement.store_id == store_id) & (Settlement.month == month)
        )
        if done.exists():
            raise MonthSettled(month=month)
        figures = month_of(store_id, month)
        if figures.shown != figures.booked:
            raise BookDiffers(shown=figures.shown, booked=figures.booked)
        return _book(actor, store, month, figures)


def _book(actor: Actor, store: Store, month: str, figures: Month) -> Settlement:
    own, donated, vouchers = (figures.total(kind) for kind in (OWN, DONATED, BY_VOUCHER))
    points, rate = own + donated + vouchers, int(plugin_settings("points_store")["fen_per_point"])
    transfer_id = None
    if points:
        takings = ledger.takings(store.id, store.area_code)
        mint = ledger.mint(county().settings.county_code)
        transfer_id = ledger.post(
            actor,
            SETTLEMENT,
            [Leg(takings.id, -points), Leg(mint.id, points)],
            area_code=store.area_code[:12],
            reason=f"{store.name} {month}",
        ).transfer_id
    settlement: Settlement = Settlement.create(
        area_code=store.area_code,
        store_id=store.id,
        month=month,
        transfer_id=transfer_id,
        redemptions=figures.redemptions,
        points_in=figures.points_in,
        points_back=figures.points_back,
        own=own,
        donated=donated,
        vouchers=vouchers,
        points=points,
        rate=rate,
        fen=own * rate,
        provider_fen=vouchers * rate,
        at=now(),
        account_id=actor.account_id,
        person_id=actor.person_id,
    )
    for line in figures.lines:
        SettlementLine.create(settlement_id=settlement.id, **vars(line))
    if transfer_id is None:
        _record(actor, "points_store.settle_store", settlement, points=0)
    return settlement


def pay_settlement(actor: Actor, *, settlement_id: int, paid_on: date, document: str) -> Settlement:
    """Note that a settlement was paid, by which voucher of the accounts office. Not by who settled it.

    Raises NotFound, OwnStore, PaidAlready, Invalid (a day before the settlement or to come).
    """
    scope = actor.demand("points_store.pay")
    with unit_of_work():
        settlement: Settlement | None = Settlement.within(scope).where(Settlement.id == settlement_id).first()
        if settlement is None:
            raise NotFound
        same_person = actor.person_id is not None and settlement.person_id == actor.person_id
        if settlement.account_id == actor.account_id or same_person:
            raise OwnStore
        if not settlement.at.date() <= paid_on <= today():
            raise Invalid(fields={"paid_on": [N_("付款日期应在结算日到今天之间。")]})
        if SettlementPayment.get_or_none(SettlementPayment.settlement_id == settlement_id):
            raise PaidAlready
        SettlementPayment.create(
            settlement_id=settlement_id,
            paid_on=paid_on,
            document=document,
            at=now(),
            account_id=actor.account_id,
        )
        _record(actor, "points_store.pay_settlement", settlement, document=document)
    return settlement


def _record(actor: Actor, action: str, settlement: Settlement, **detail: object) -> None:
    audit.record(
        actor, action, area_code=settlement.area_code, subject=f"settlement:{settlement.id}", **detail
    )
