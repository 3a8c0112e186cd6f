"""What devices take along: points held in the ledger for one device, spent only there, given back in time."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from peewee import fn

from core import audit, qr
from core.clock import now
from core.county import plugin_settings
from core.db import Statement, milliseconds, rows, unit_of_work
from core.people.api import deserted_households, is_deserted, last_household_of, left_among
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.errors import DeviceBehind, OfflineOff, QueueNotSent
from plugins.points_store.models import (
    WALLET,
    Card,
    Device,
    LedgerAccount,
    OfflineEntry,
    Product,
    Quota,
    Reservation,
)
from plugins.points_store.services import wallets
from plugins.points_store.services.devices import note_seen, offline_points, own_device, served_store
from plugins.points_store.services.holds import release_points

MARK_LENGTH = 12
# A village has fewer households with a card; a device of one store serves no town.
QUOTAS_AT_MOST = 3_000
# So many in one unit of work: the counters wait no longer than that.
RELEASED_AT_ONCE = 200
_HELD = "a wallet of the store's village, found by its card"
_LEFT = "the wallet and the quotas of somebody who has left the register"
_OF_DEVICE = "the quotas of a device that was found for the actor"

_HOLD = Statement(
    lambda p: LedgerAccount.update(held=LedgerAccount.held + p("points")).where(
        (LedgerAccount.id == p("id"))
        & (LedgerAccount.balance - LedgerAccount.held >= p("points"))
        & LedgerAccount.stopped_at.is_null()
    )
)
_QUOTA = Statement(
    lambda p: Quota.insert(
        mark=p("mark"),
        area_code=p("area_code"),
        reservation_id=p("reservation_id"),
        device_id=p("device_id"),
        store_id=p("store_id"),
        wallet_id=p("wallet_id"),
        points=p("points"),
        spent=0,
        grace_until=p("grace_until"),
    )
)
_CLOSE = Statement(
    lambda p: (
        Quota.update(released_at=p("at"))
        .where((Quota.id == p("id")) & Quota.released_at.is_null())
        .returning(Quota.wallet_id, Quota.points - Quota.spent)
    )
)


@value_class
class Taken:
    """A reservation and how much was taken aside: households and points."""

    reservation: Reservation
    wallets: int
    points: int


def reserve(actor: Actor, *, mark: str, sent_through: int, drift: int = 0) -> Taken:
    """Take points aside for every household of the store's village that has a card in use.

    What the device had before is given back first, so it must have handed in all it spent:
    `sent_through` is its last number. `drift`: how far its clock is behind ours, ms. Raises OfflineOff,
    QueueNotSent, DeviceBehind and what `own_device` and `served_store` raise.
    """
    points = offline_points()
    if not points:
        raise OfflineOff
    with unit_of_work():
        device = own_device(actor, mark)
        store = served_store(actor, device.store_id)
        demand_all_sent(device, sent_through)
        note_seen(device, drift)
        _release(actor, _open_quotas(device), why="renewed")
        reservation = _reservation(device)
        taken = [
            _take(reservation, wallet_id, min(points, free))
            for wallet_id, free in _wallets_of(actor, store.area_code)
        ]
        audit.record(
            actor,
            "points_store.reserve_quotas",
            area_code=device.area_code,
            subject=f"device:{device.id}",
            reservation_id=reservation.id,
            wallets=sum(1 for part in taken if part),
            points=sum(taken),
        )
    return Taken(reservation, sum(1 for part in taken if part), sum(taken))


def release(actor: Actor, *, mark: str, sent_through: int, only: Collection[str] | None = None) -> int:
    """Give back what a device has not spent; returns the points. Again gives back nothing.

    `only`: the marks of the quotas that it gives back (None: all). Raises QueueNotSent, DeviceBehind and what
    `own_device` raises.
    """
    with unit_of_work():
        device = own_device(actor, mark)
        demand_all_sent(device, sent_through)
        quotas = [quota for quota in _open_quotas(device) if only is None or quota.mark in only]
        return _release(actor, quotas, why="given_back", device=device)


def stop_quotas_of_nobody(actor: Actor, person_id: int) -> None:
    """Stop what devices may spend of a wallet whose last holder has left; inside the unit that says so.

    Nothing is freed here: a device without a line may have spent it already, and what it sold before it heard
    counts. It hears at its next contact (`stopped_quotas`), drops the quota and gives back what is left.
    """
    household_id = last_household_of(person_id)
    of_nobody = LedgerAccount.person_id == person_id
    if household_id is not None and is_deserted(household_id):
        of_nobody |= LedgerAccount.household_id == household_id
    ids = LedgerAccount.unscoped(_LEFT, LedgerAccount.id).where((LedgerAccount.kind == WALLET) & of_nobody)
    open_ones = Quota.wallet_id.in_(ids) & Quota.released_at.is_null() & Quota.stopped_at.is_null()
    for quota in list(Quota.unscoped(_LEFT).where(open_ones).order_by(Quota.id)):
        Quota.update(stopped_at=now()).where(Quota.id == quota.id).execute()
        audit.record(
            actor,
            "points_store.stop_quotas",
            area_code=quota.area_code,
            subject=f"device:{quota.device_id}",
            wallet_id=quota.wallet_id,
            points=quota.points - quota.spent,
        )


def stopped_quotas(device: Device) -> list[str]:
    """The marks of what a device must sell on no more: it gives them back with `release(only=...)`."""
    stopped = Quota.stopped_at.is_null(False) & Quota.released_at.is_null() & (Quota.device_id == device.id)
    return [quota.mark for quota in Quota.unscoped(_OF_DEVICE).where(stopped).order_by(Quota.id)]


def release_over() -> int:
    """Give back every quota whose grace is over; returns the points. For the periodic job."""
    over = (Quota.grace_until <= now()) & Quota.released_at.is_null()
    freed = 0
    while True:
        with unit_of_work(housekeeping="nothing may be over"):
            some = Quota.unscoped("quotas that are over, everywhere").where(over).order_by(Quota.id)
            quotas = list(some.limit(RELEASED_AT_ONCE))
            freed += _release(SYSTEM, quotas, why="over")
        if len(quotas) < RELEASED_AT_ONCE:
            return freed


def demand_all_sent(device: Device, sent_through: int) -> None:
    """Raises QueueNotSent when an entry up to `sent_through` is missing, DeviceBehind when there are more."""
    query = OfflineEntry.unscoped(
        _OF_DEVICE, fn.COUNT(OfflineEntry.id), fn.COALESCE(fn.MAX(OfflineEntry.seq), 0)
    )
    ((known, last),) = rows(query.where(OfflineEntry.device_id == device.id))
    if last > sent_through:
        raise DeviceBehind
    if known < sent_through:
        raise QueueNotSent(missing=sent_through - known)


def _reservation(device: Device) -> Reservation:
    settings, at = plugin_settings("points_store"), now()
    expires_at = at + timedelta(days=int(settings["offline_days"]))
    # A provider's service needs its voucher at once, which nobody can make without a line.
    shelf = Product.select().where(
        (Product.store_id == device.store_id) & Product.active & Product.provider_id.is_null()
    )
    return Reservation.create(
        area_code=device.area_code,
        device_id=device.id,
        store_id=device.store_id,
        at=at,
        expires_at=expires_at,
        grace_until=expires_at + timedelta(days=int(settings["offline_grace_days"])),
        shelf=json.dumps(
            [
                [row.id, row.name, row.points]
                for row in shelf.order_by(Product.kind, Product.points, Product.id)
            ],
            ensure_ascii=False,
        ),
    )


def _wallets_of(actor: Actor, village: str) -> list[tuple[int, int]]:
    """Wallets with a card in use of which a holder is left, not the clerk's own; with what is free; by id."""
    free = LedgerAccount.balance - LedgerAccount.held
    query = (
        LedgerAccount.unscoped(
            _HELD, LedgerAccount.id, free, LedgerAccount.household_id, LedgerAccount.person_id
        )
        .join(Card, on=(Card.wallet_id == LedgerAccount.id))
        .where(
            (LedgerAccount.kind == WALLET)
            & LedgerAccount.stopped_at.is_null()
            & (LedgerAccount.balance > LedgerAccount.held)
            & Card.stopped_at.is_null()
            & Card.proxy_id.is_null()
            & LedgerAccount.area_code.startswith(village[:12])
        )
    )
    if actor.household_id is not None:
        own = LedgerAccount.unscoped("the actor's own", LedgerAccount.id).where(
            wallets.held_by(actor.household_id)
        )
        query = query.where(LedgerAccount.id.not_in(own))
    found = list(rows(query.distinct().order_by(LedgerAccount.id).limit(QUOTAS_AT_MOST)))
    deserted = deserted_households(AreaScope((village[:12],)))
    left = left_among(person_id for *_, person_id in found if person_id is not None)
    return [
        (wallet_id, int(points))
        for wallet_id, points, household_id, person_id in found
        if household_id not in deserted and person_id not in left
    ]


def _take(reservation: Reservation, wallet_id: int, points: int) -> int:
    """Hold points of a wallet for the device; returns how many (0: they are not to spare any more)."""
    if not _HOLD.run(id=wallet_id, points=points):
        return 0
    _QUOTA.run(
        mark=qr.new_subject(MARK_LENGTH),
        area_code=reservation.area_code,
        reservation_id=reservation.id,
        device_id=reservation.device_id,
        store_id=reservation.store_id,
        wallet_id=wallet_id,
        points=points,
        grace_until=milliseconds(reservation.grace_until),
    )
    return points


def _open_quotas(device: Device) -> list[Quota]:
    mine = (Quota.device_id == device.id) & Quota.released_at.is_null()
    return list(Quota.unscoped(_OF_DEVICE).where(mine).order_by(Quota.id))


def _release(actor: Actor, quotas: list[Quota], *, why: str, device: Device | None = None) -> int:
    freed: dict[int, int] = {}
    for quota in quotas:
        closed = _CLOSE.first(id=quota.id, at=milliseconds(now()))
        if closed is not None:
            wallet_id, left = closed
            freed[quota.device_id] = freed.get(quota.device_id, 0) + left
            if left:
                release_points(wallet_id, left)
    if device is not None:
        freed.setdefault(device.id, 0)
    area_of = {quota.device_id: quota.area_code for quota in quotas}
    for device_id, points in sorted(freed.items()):
        audit.record(
            actor,
            "points_store.release_quotas",
            area_code=area_of.get(device_id, device.area_code if device else ""),
            subject=f"device:{device_id}",
            why=why,
            points=points,
        )
    return sum(freed.values())


def drift_of(sent_at: datetime) -> int:
    """How far a clock is behind ours that says `sent_at` now, ms."""
    return (now() - sent_at) // timedelta(milliseconds=1)
