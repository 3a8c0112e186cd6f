"""Conflicts of devices without a line, settled by the village: the wallet pays, or the store bears it."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.errors import ConflictNotBookable, ConflictSettled
from plugins.points_store.models import Card, Device, LedgerAccount, OfflineConflict, Product
from plugins.points_store.models.offline import BY_STORE, FROM_WALLET, NEVER_BOOKED
from plugins.points_store.services import wallets
from plugins.points_store.services.household_codes import BadHouseholdCode, read_household_token
from plugins.points_store.services.offline_booking import book_claim
from plugins.points_store.services.offline_entries import Claim, read_entry


def settle_conflict(actor: Actor, *, conflict_id: int, outcome: str, note: str) -> OfflineConflict:
    """Decide a conflict: `wallet` books it now, as far as the balance goes; `store` leaves it to the store.

    Raises NotFound, ConflictSettled, OwnAffair, ConflictNotBookable, InsufficientPoints (with nothing
    changed).
    """
    assert outcome in (FROM_WALLET, BY_STORE)
    scope = actor.demand("points_store.manage")
    with unit_of_work():
        conflict = OfflineConflict.within(scope).where(OfflineConflict.id == conflict_id).first()
        if conflict is None:
            raise NotFound
        if conflict.outcome is not None:
            raise ConflictSettled
        claim = read_entry(conflict.text)
        device = (
            Device.unscoped("the device of a conflict in the actor's areas")
            .where(Device.id == conflict.device_id)
            .get()
        )
        redemption_id = _book(actor, device, conflict, claim) if outcome == FROM_WALLET else None
        OfflineConflict.update(
            outcome=outcome,
            redemption_id=redemption_id,
            settled_at=now(),
            settled_by=actor.account_id,
            note=note,
        ).where((OfflineConflict.id == conflict_id) & OfflineConflict.outcome.is_null()).execute()
        audit.record(
            actor,
            "points_store.settle_offline_conflict",
            area_code=conflict.area_code,
            subject=f"offline_conflict:{conflict_id}",
            outcome=outcome,
            points=conflict.points,
            redemption_id=redemption_id,
        )
    return OfflineConflict.within(scope).where(OfflineConflict.id == conflict_id).get()


def _book(actor: Actor, device: Device, conflict: OfflineConflict, claim: Claim) -> int:
    if conflict.reason in NEVER_BOOKED:
        raise ConflictNotBookable
    try:
        code = read_household_token(claim.card)
    except BadHouseholdCode:
        raise ConflictNotBookable from None
    wallet = (
        LedgerAccount.unscoped("named by a genuine card").where(LedgerAccount.id == code.wallet_id).first()
    )
    if wallet is None or not _adds_up(claim) or not _sold_by(device, claim):
        raise ConflictNotBookable
    # Whatever else was wrong came first, so that nobody has looked yet whose wallet it is.
    if device.household_id is not None and wallets.household_of(wallet) == device.household_id:
        raise ConflictNotBookable
    wallets.refuse_own(actor, wallet)
    card = Card.unscoped("the card that was scanned").where(Card.serial == code.serial).first()
    return book_claim(actor, device, wallet, card, claim)


def _adds_up(claim: Claim) -> bool:
    """Whether the lines come to the total, and each piece of a line to a whole number of points.

    A booking is never changed, and a return gives back by the piece: what does not add up once never will.
    """
    whole = all(item.points % item.quantity == 0 for item in claim.items)
    return whole and sum(item.points for item in claim.items) == claim.points


def _sold_by(device: Device, claim: Claim) -> bool:
    """Whether all of it is the store's own to hand out: a provider's service would need its voucher."""
    wanted = {item.product_id for item in claim.items}
    sold = Product.select().where(
        Product.id.in_(wanted) & (Product.store_id == device.store_id) & Product.provider_id.is_null()
    )
    return bool(sold.count() == len(wanted))
