"""What devices spent without a line, booked when it comes: each number of a device once.

It may come late, twice, in any order or torn in the middle. A promise that was made (an open quota) is kept
whatever happened since to the card, the wallet or the device; whatever no promise covers is kept as a
conflict for the village and never booked by itself. The booking's time is ours; the device's stands beside.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.security import Actor
from core.signatures import is_signed
from core.value_classes import value_class
from plugins.points_store.errors import DeviceWaiting
from plugins.points_store.models import (
    Card,
    Device,
    LedgerAccount,
    OfflineConflict,
    OfflineEntry,
    Quota,
    Reservation,
)
from plugins.points_store.models.offline import BOOKED, CLONE, CONFLICT
from plugins.points_store.services import devices, wallets
from plugins.points_store.services.holds import release_points
from plugins.points_store.services.household_codes import BadHouseholdCode, read_household_token
from plugins.points_store.services.offline_booking import book_claim, shelf_of
from plugins.points_store.services.offline_entries import (
    GENESIS,
    BadEntry,
    Claim,
    SignedEntry,
    hash_of,
    read_entry,
)
from plugins.points_store.services.quotas import stopped_quotas

# Not stored: not the device's own words, or a second version of a number.
REFUSED = "refused"
_AGAIN = "an entry that came before changes nothing"
_OF_DEVICE = "the entries of a device that was found for the actor"
_PROMISED = "reached through a quota of a device that was found for the actor"


@value_class
class Settled:
    """What became of an entry: `state` booked, conflict or refused; `reason` why, or what to know."""

    seq: int
    state: str
    reason: str = ""
    redemption_id: int | None = None


@value_class
class Synced:
    """The answer to a queue. `last_seq`: the highest number of the device that we have.

    `stopped_quotas`: the marks of what it must sell on no more and gives back.
    """

    mark: str
    entries: list[Settled]
    last_seq: int
    stopped: bool
    drift: int
    stopped_quotas: list[str]


def sync(actor: Actor, *, mark: str, entries: Sequence[SignedEntry], sent_at: datetime) -> Synced:
    """Hand in a device's queue, or any part of it; each entry is a unit of work of its own.

    `sent_at`: what the device's clock says now. Raises DeviceUnknown, DeviceWaiting.
    """
    device = devices.device_for_sending(actor, mark)
    if device.approved_at is None:
        raise DeviceWaiting
    drift = now() - sent_at
    settled = [_settle(actor, device.id, mark, entry, drift) for entry in entries]
    with unit_of_work(housekeeping="when a device was last here"):
        devices.note_seen(device, _ms(drift))
    device = devices.device_for_sending(actor, mark)
    return Synced(
        mark, settled, last_seq(device), device.stopped_at is not None, _ms(drift), stopped_quotas(device)
    )


def last_seq(device: Device) -> int:
    """The highest number of a device that is here (0: none)."""
    newest = (
        OfflineEntry.unscoped(_OF_DEVICE)
        .where(OfflineEntry.device_id == device.id)
        .order_by(OfflineEntry.seq.desc())
        .first()
    )
    return int(newest.seq) if newest else 0


def _settle(actor: Actor, device_id: int, mark: str, signed: SignedEntry, drift: timedelta) -> Settled:
    try:
        claim = read_entry(signed.text)
    except BadEntry:
        return Settled(0, REFUSED, "malformed")
    with unit_of_work(housekeeping=_AGAIN):
        device = Device.unscoped(_OF_DEVICE).where(Device.id == device_id).get()
        genuine = claim.device == mark and is_signed(bytes(device.public_key), signed.text, signed.signature)
        if not genuine:
            return Settled(claim.seq, REFUSED, "signature")
        known = _entry(device, claim.seq)
        if known is not None and known.hash == hash_of(signed.text):
            return Settled(known.seq, known.state, known.reason, known.redemption_id)
        if known is not None:
            return _refuse_copy(actor, device, claim, signed)
        return _take(actor, device, claim, signed, drift)


def _refuse_copy(actor: Actor, device: Device, claim: Claim, signed: SignedEntry) -> Settled:
    """Another version of a number: the device was copied, and nobody can tell which one is genuine."""
    devices.stop(actor, device, CLONE)
    keep_conflict(actor, device, claim, signed.text, CLONE)
    return Settled(claim.seq, REFUSED, CLONE)


def _take(actor: Actor, device: Device, claim: Claim, signed: SignedEntry, drift: timedelta) -> Settled:
    if not _continues(device, claim, hash_of(signed.text)):
        devices.stop(actor, device, CLONE)
        return _keep(actor, device, claim, signed, drift, CONFLICT, "chain")
    quota = Quota.unscoped(_PROMISED).where(Quota.mark == claim.quota).first()
    reason = _objection(device, claim, quota)
    if reason or quota is None:
        return _keep(actor, device, claim, signed, drift, CONFLICT, reason or "no_quota")
    if not _spend(quota, claim.points):
        return _keep(actor, device, claim, signed, drift, CONFLICT, "exceeded")
    wallet = LedgerAccount.unscoped(_PROMISED).where(LedgerAccount.id == quota.wallet_id).get()
    card = _card(claim)
    redemption_id = book_claim(actor, device, wallet, card, claim)
    remark = _remark(device, quota, wallet, card)
    return _keep(actor, device, claim, signed, drift, BOOKED, remark, redemption_id)


def _continues(device: Device, claim: Claim, own_hash: str) -> bool:
    """Whether an entry fits its neighbours, as far as they are here."""
    before, after = _entry(device, claim.seq - 1), _entry(device, claim.seq + 1)
    if claim.seq == 1 and claim.previous != GENESIS:
        return False
    return (before is None or before.hash == claim.previous) and (after is None or after.previous == own_hash)


def _objection(device: Device, claim: Claim, quota: Quota | None) -> str:
    """Why no promise covers an entry; empty when one does (but for how much is left of it)."""
    if device.stopped_why == CLONE:
        return "stopped"
    if quota is None or quota.device_id != device.id:
        return "no_quota"
    try:
        code = read_household_token(claim.card)
    except BadHouseholdCode:
        return "card"
    if code.wallet_id != quota.wallet_id:
        return "card"
    wallet = LedgerAccount.unscoped(_PROMISED).where(LedgerAccount.id == quota.wallet_id).get()
    if device.household_id is not None and wallets.household_of(wallet) == device.household_id:
        return "own"
    reservation = Reservation.unscoped(_PROMISED).where(Reservation.id == quota.reservation_id).get()
    shelf = shelf_of(reservation)
    known = all(item.product_id in shelf for item in claim.items)
    if not known or any(shelf[item.product_id][1] * item.quantity != item.points for item in claim.items):
        return "price"
    if sum(item.points for item in claim.items) != claim.points:
        return "sum"
    return "released" if quota.released_at is not None else ""


def _spend(quota: Quota, points: int) -> bool:
    """Take points out of a quota and out of what is held, or nothing when it is not enough."""
    enough = (Quota.id == quota.id) & Quota.released_at.is_null() & (Quota.spent + points <= Quota.points)
    if not Quota.update(spent=Quota.spent + points).where(enough).execute():
        return False
    release_points(quota.wallet_id, points)
    return True


def _card(claim: Claim) -> Card | None:
    serial = read_household_token(claim.card).serial
    card: Card | None = Card.unscoped("the card that was scanned").where(Card.serial == serial).first()
    return card


def _remark(device: Device, quota: Quota, wallet: LedgerAccount, card: Card | None) -> str:
    """What the village should know of an entry that was booked all the same."""
    if card is None or card.stopped_at is not None:
        return "card_stopped"
    if device.stopped_at is not None:
        return "device_lost"
    if wallet.stopped_at is not None:
        return "wallet_stopped"
    if quota.stopped_at is not None:
        return "deserted"
    return "moved" if wallet.area_code[:12] != quota.area_code[:12] else ""


def _keep(
    actor: Actor,
    device: Device,
    claim: Claim,
    signed: SignedEntry,
    drift: timedelta,
    state: str,
    reason: str,
    redemption_id: int | None = None,
) -> Settled:
    quota = Quota.unscoped(_PROMISED).where(Quota.mark == claim.quota).first()
    OfflineEntry.create(
        area_code=device.area_code,
        device_id=device.id,
        seq=claim.seq,
        wallet_id=quota.wallet_id if quota else None,
        points=claim.points,
        text=signed.text,
        hash=hash_of(signed.text),
        previous=claim.previous,
        signature=signed.signature,
        claimed_at=claim.at,
        received_at=now(),
        drift=_ms(drift),
        state=state,
        reason=reason,
        redemption_id=redemption_id,
    )
    if state == CONFLICT:
        keep_conflict(actor, device, claim, signed.text, reason)
    else:
        _record(actor, "points_store.accept_offline", device, claim, redemption_id=redemption_id)
    return Settled(claim.seq, state, reason, redemption_id)


def keep_conflict(actor: Actor, device: Device, claim: Claim, text: str, reason: str) -> None:
    """Put something before the village, once however often it comes."""
    quota = Quota.unscoped(_PROMISED).where(Quota.mark == claim.quota).first()
    same = (
        (OfflineConflict.device_id == device.id)
        & (OfflineConflict.seq == claim.seq)
        & (OfflineConflict.hash == hash_of(text))
    )
    if OfflineConflict.unscoped(_OF_DEVICE).where(same).exists():
        return
    OfflineConflict.create(
        area_code=device.area_code,
        device_id=device.id,
        seq=claim.seq,
        hash=hash_of(text),
        wallet_id=quota.wallet_id if quota else None,
        points=claim.points,
        reason=reason,
        text=text,
        at=now(),
    )
    _record(actor, "points_store.keep_offline_conflict", device, claim, reason=reason)


def _entry(device: Device, seq: int) -> OfflineEntry | None:
    row: OfflineEntry | None = (
        OfflineEntry.unscoped(_OF_DEVICE)
        .where((OfflineEntry.device_id == device.id) & (OfflineEntry.seq == seq))
        .first()
    )
    return row


def _record(actor: Actor, action: str, device: Device, claim: Claim, **detail: object) -> None:
    audit.record(
        actor,
        action,
        area_code=device.area_code,
        subject=f"device:{device.id}",
        seq=claim.seq,
        points=claim.points,
        **detail,
    )


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
