"""Reversal: a redemption of today is taken back by a second person; both bookings stay."""

from core.clock import now, today
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.errors import (
    AlreadyReversed,
    SecondPersonNeeded,
    TooLateToReverse,
)
from plugins.points_store.models import (
    REVERSAL,
    LedgerAccount,
    Product,
    Redemption,
    RedemptionLine,
    Transfer,
)
from plugins.points_store.services import ledger, wallets
from plugins.points_store.services.days import announce_booking
from plugins.points_store.services.ledger import Leg
from plugins.points_store.services.redemption import Receipt, move_stock


def reverse_redemption(actor: Actor, *, redemption_id: int, reason: str) -> Receipt:
    """Take a redemption back on the same day: points and goods return, both bookings stay.

    A second person does it. Raises NotFound, SecondPersonNeeded, OwnAffair, TooLateToReverse,
    AlreadyReversed, StoreShort.
    """
    with unit_of_work():
        redemption, wallet = reversible(actor, redemption_id)
        village = _village_of(redemption)
        booked = ledger.post(
            actor,
            REVERSAL,
            [Leg(leg.ledger_account_id, -leg.points) for leg in ledger.legs_of(redemption.transfer_id)],
            area_code=village,
            reason=reason.strip(),
            reverses_id=redemption.transfer_id,
        )
        # The household may have moved since: its points follow it, and both villages' books close.
        wallets.carry_points(actor, wallet, redemption.points, village, wallet.area_code[:12])
        announce_booking(actor, REVERSAL, wallet, booked, redemption.points)
        for line in RedemptionLine.select().where(RedemptionLine.redemption_id == redemption_id):
            move_stock(actor, Product.get_by_id(line.product_id), line.quantity, REVERSAL)
    return Receipt(
        redemption_id,
        booked.transfer_id,
        wallet.id,
        redemption.store_id,
        redemption.points,
        booked.balances[wallet.id],
        now(),
    )


def reversible(actor: Actor, redemption_id: int) -> tuple[Redemption, LedgerAccount]:
    """A redemption that the actor may reverse now, and its wallet.

    Raises NotFound, SecondPersonNeeded, OwnAffair, AlreadyReversed, TooLateToReverse.
    """
    scope = actor.demand("points_store.reverse")
    redemption = Redemption.within(scope).where(Redemption.id == redemption_id).first()
    if redemption is None:
        raise NotFound
    # Two accounts of one person are one pair of eyes.
    same_person = actor.person_id is not None and redemption.clerk_person_id == actor.person_id
    if redemption.clerk_id == actor.account_id or same_person:
        raise SecondPersonNeeded
    wallet = _wallet_of(redemption)
    wallets.refuse_own(actor, wallet)
    if _reversal_of(redemption.transfer_id) is not None:
        raise AlreadyReversed
    if redemption.day != today():
        raise TooLateToReverse(day=redemption.day.isoformat())
    return redemption, wallet


def _wallet_of(redemption: Redemption) -> LedgerAccount:
    wallet: LedgerAccount = (
        LedgerAccount.unscoped("reached through a redemption in the actor's areas")
        .where(LedgerAccount.id == redemption.wallet_id)
        .get()
    )
    return wallet


def _village_of(redemption: Redemption) -> str:
    """Where it was booked: the village that the household lived in then."""
    booked: Transfer = (
        Transfer.unscoped("reached through a redemption in the actor's areas")
        .where(Transfer.id == redemption.transfer_id)
        .get()
    )
    return str(booked.area_code)


def _reversal_of(transfer_id: int) -> Transfer | None:
    reversal: Transfer | None = (
        Transfer.unscoped("reached through a redemption in the actor's areas")
        .where(Transfer.reverses_id == transfer_id)
        .first()
    )
    return reversal
