"""Taking back: today by a second person, later by the village; whole or line by line; bookings stay."""

from datetime import timedelta

from core.clock import now, today
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.errors import (
    AlreadyReversed,
    NothingPicked,
    ReturnTooMuch,
    SecondPersonNeeded,
    StoreShort,
    TooLateToReturn,
    TooLateToReverse,
    VoucherUsed,
)
from plugins.points_store.models import (
    REVERSAL,
    LedgerAccount,
    Product,
    Redemption,
    RedemptionLine,
    Return,
    ReturnLine,
    Settlement,
    Transfer,
    Voucher,
)
from plugins.points_store.services import ledger, vouchers, wallets
from plugins.points_store.services.days import announce_booking
from plugins.points_store.services.ledger import Leg
from plugins.points_store.services.redemption import Receipt, move_stock

_REACHED = "reached through a redemption in the actor's areas"


def reverse_redemption(actor: Actor, *, redemption_id: int, reason: str) -> Receipt:
    """Take a redemption back on the same day: points and goods return, both bookings stay.

    A second person does it. Raises NotFound, SecondPersonNeeded, OwnAffair, TooLateToReverse,
    AlreadyReversed, StoreShort, VoucherUsed.
    """
    with unit_of_work():
        redemption, wallet = reversible(actor, redemption_id)
        quantities = {line.id: line.quantity - line.returned for line in _lines_of(redemption_id).values()}
        return _give_back(actor, redemption, wallet, quantities, reason)


def return_lines(
    actor: Actor, *, redemption_id: int, quantities: dict[int, int], reason: str, restock: bool = True
) -> Receipt:
    """The village takes goods back within the county's days (`return_days`), some lines or all of them.

    `quantities`: line id -> pieces. `restock`: whether the goods go back onto the shelf. Raises NotFound,
    SecondPersonNeeded, OwnAffair, AlreadyReversed, TooLateToReturn, StoreShort (settled), ReturnTooMuch,
    NothingPicked, VoucherUsed.
    """
    with unit_of_work():
        redemption, wallet = returnable(actor, redemption_id)
        wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
        _demand_in_time(redemption)
        _demand_unsettled(redemption, wanted)
        return _give_back(actor, redemption, wallet, wanted, reason, restock=restock)


def return_voucher(actor: Actor, *, voucher_id: int, reason: str) -> Receipt:
    """The points of one voucher that nobody used go back, expired or not, however late.

    A voucher is settled in the month of its use, so an unused one still lies in the store's takings.
    Raises NotFound, SecondPersonNeeded, OwnAffair, VoucherUsed, AlreadyReversed.
    """
    scope = actor.demand("points_store.return")
    with unit_of_work():
        voucher = Voucher.within(scope).where(Voucher.id == voucher_id).first()
        if voucher is None:
            raise NotFound
        if voucher.used_at is not None:
            raise VoucherUsed
        if voucher.returned_at is not None:
            raise AlreadyReversed
        redemption, wallet = returnable(actor, voucher.redemption_id)
        return _give_back(actor, redemption, wallet, {voucher.line_id: 1}, reason, voucher_id=voucher.id)


def reversible(actor: Actor, redemption_id: int) -> tuple[Redemption, LedgerAccount]:
    """A redemption that the actor may reverse now, and its wallet.

    Raises NotFound, SecondPersonNeeded, OwnAffair, AlreadyReversed, TooLateToReverse, VoucherUsed.
    """
    redemption, wallet = _open_one(actor, redemption_id, "points_store.reverse")
    if redemption.day != today():
        raise TooLateToReverse(day=redemption.day.isoformat())
    used = (Voucher.redemption_id == redemption_id) & Voucher.used_at.is_null(False)
    if Voucher.unscoped(_REACHED).where(used).exists():
        raise VoucherUsed
    return redemption, wallet


def returnable(actor: Actor, redemption_id: int) -> tuple[Redemption, LedgerAccount]:
    """A redemption of which the actor may take something back, and its wallet.

    Raises NotFound, SecondPersonNeeded, OwnAffair, AlreadyReversed.
    """
    return _open_one(actor, redemption_id, "points_store.return")


def _open_one(actor: Actor, redemption_id: int, permission: str) -> tuple[Redemption, LedgerAccount]:
    redemption = Redemption.within(actor.demand(permission)).where(Redemption.id == redemption_id).first()
    if redemption is None:
        raise NotFound
    # Two accounts of one person are one pair of eyes.
    same_person = actor.person_id is not None and redemption.clerk_person_id == actor.person_id
    if redemption.clerk_id == actor.account_id or same_person:
        raise SecondPersonNeeded
    wallet = _wallet_of(redemption)
    wallets.refuse_own(actor, wallet)
    if redemption.returned >= redemption.points:
        raise AlreadyReversed
    return redemption, wallet


def _demand_in_time(redemption: Redemption) -> None:
    days = int(plugin_settings("points_store")["return_days"])
    if redemption.day < today() - timedelta(days=days):
        raise TooLateToReturn(day=redemption.day.isoformat(), days=days)


def _demand_unsettled(redemption: Redemption, quantities: dict[int, int]) -> None:
    """Raises StoreShort when the month is settled; vouchers that nobody used are not part of that."""
    month = redemption.day.isoformat()[:7]
    settled = Settlement.unscoped(_REACHED).where(
        (Settlement.store_id == redemption.store_id) & (Settlement.month == month)
    )
    if not settled.exists():
        return
    with_voucher = {
        row.line_id
        for row in Voucher.unscoped(_REACHED, Voucher.line_id).where(Voucher.redemption_id == redemption.id)
    }
    if set(quantities) - with_voucher:
        raise StoreShort


def _give_back(
    actor: Actor,
    redemption: Redemption,
    wallet: LedgerAccount,
    quantities: dict[int, int],
    reason: str,
    *,
    restock: bool = True,
    voucher_id: int | None = None,
) -> Receipt:
    lines = _lines_of(redemption.id)
    back = []
    for line_id, quantity in sorted(quantities.items()):
        line = lines.get(line_id)
        if line is None:
            raise NotFound
        if not 0 <= quantity <= line.quantity - line.returned:
            raise ReturnTooMuch(name=line.name, left=line.quantity - line.returned)
        if quantity:
            back.append((line, quantity, line.points // line.quantity * quantity))
    if not back:
        raise NothingPicked
    points = sum(part for _, _, part in back)
    village = _village_of(redemption)
    # Only what takes all of it back at once names the old booking: there is one such at most.
    whole = points == redemption.points
    said = reason.strip() if whole else _in_words(back, reason)
    booked = ledger.post(
        actor,
        REVERSAL,
        [
            Leg(leg.ledger_account_id, points if leg.points < 0 else -points)
            for leg in ledger.legs_of(redemption.transfer_id)
        ],
        area_code=village,
        reason=said,
        reverses_id=redemption.transfer_id if whole else None,
    )
    # The household may have moved since: its points follow it, and both villages' books close.
    wallets.carry_points(actor, wallet, points, village, wallet.area_code[:12])
    announce_booking(actor, REVERSAL, wallet, booked, points)
    _note_return(actor, redemption, booked.transfer_id, back, points)
    for line, quantity, _ in back:
        of_voucher = vouchers.take_back(line.id, quantity, voucher_id)
        if restock and not of_voucher:
            move_stock(actor, Product.get_by_id(line.product_id), quantity, REVERSAL)
    return Receipt(
        redemption.id,
        booked.transfer_id,
        wallet.id,
        redemption.store_id,
        points,
        booked.balances[wallet.id],
        now(),
    )


def _in_words(back: list[tuple[RedemptionLine, int, int]], reason: str) -> str:
    """What went back and why: the booking's own text, which the record vouches for."""
    goods = "、".join(f"{line.name}×{quantity}" for line, quantity, _ in back)
    return f"{goods}：{reason.strip()}"[:200]


def _note_return(
    actor: Actor,
    redemption: Redemption,
    transfer_id: int,
    back: list[tuple[RedemptionLine, int, int]],
    points: int,
) -> None:
    returned = Return.create(
        redemption_id=redemption.id,
        transfer_id=transfer_id,
        area_code=redemption.area_code,
        store_id=redemption.store_id,
        clerk_id=redemption.clerk_id,
        account_id=actor.account_id,
        points=points,
        at=now(),
    )
    for line, quantity, part in back:
        ReturnLine.create(return_id=returned.id, line_id=line.id, quantity=quantity, points=part)
        left = (RedemptionLine.id == line.id) & (
            RedemptionLine.returned + quantity <= RedemptionLine.quantity
        )
        if not RedemptionLine.update(returned=RedemptionLine.returned + quantity).where(left).execute():
            raise AlreadyReversed
    still = (Redemption.id == redemption.id) & (Redemption.returned + points <= Redemption.points)
    if not Redemption.update(returned=Redemption.returned + points).where(still).execute():
        raise AlreadyReversed


def _lines_of(redemption_id: int) -> dict[int, RedemptionLine]:
    rows = RedemptionLine.select().where(RedemptionLine.redemption_id == redemption_id)
    return {row.id: row for row in rows}


def _wallet_of(redemption: Redemption) -> LedgerAccount:
    wallet: LedgerAccount = (
        LedgerAccount.unscoped(_REACHED).where(LedgerAccount.id == redemption.wallet_id).get()
    )
    return wallet


def _village_of(redemption: Redemption) -> str:
    """Where it was booked: the village that the household lived in then."""
    booked: Transfer = Transfer.unscoped(_REACHED).where(Transfer.id == redemption.transfer_id).get()
    return str(booked.area_code)
