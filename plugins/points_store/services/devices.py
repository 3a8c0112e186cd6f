"""Devices that work without a line: enrolled by a clerk, approved by the village, stopped when lost."""

import hashlib

from core import audit
from core.clock import now
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.signatures import is_public_key, is_signed
from core.text import N_
from plugins.points_store.errors import (
    DeviceStopped,
    DeviceUnknown,
    DeviceWaiting,
    NotYourDevice,
    NotYourStore,
    OfflineOff,
    StoreClosed,
    TooManyDevices,
)
from plugins.points_store.models import Device, Store, StoreClerk
from plugins.points_store.models.offline import CLONE, LOST, RETIRED

DEVICES_AT_MOST = 4
_MARK_LENGTH = 16
_BY_MARK = "a device is found by its mark; whose it is and where is checked next"


def offline_points() -> int:
    """What a device may take aside of one wallet, points; 0 where the county wants none of it."""
    settings = plugin_settings("points_store")
    # It is spent with a printed card, which has its limit a day.
    return min(int(settings["offline_points"]), int(settings["card_day_limit"]))


def mark_of(public_key: bytes) -> str:
    """The name of a device: the beginning of the hash of its key, 16 signs."""
    return hashlib.sha256(public_key).hexdigest()[:_MARK_LENGTH]


def enrolment_text(store_id: int, mark: str) -> str:
    """What a device signs to show that the key is its own."""
    return f"gridgov-enrol:{store_id}:{mark}"


def served_store(actor: Actor, store_id: int) -> Store:
    """A store in which the actor is a clerk. Raises NotFound, NotYourStore, StoreClosed."""
    scope = actor.demand("points_store.redeem")
    store: Store | None = Store.within(scope).where(Store.id == store_id).first()
    if store is None:
        raise NotFound
    bound = (StoreClerk.store_id == store_id) & (StoreClerk.account_id == actor.account_id)
    if not StoreClerk.select().where(bound).exists():
        raise NotYourStore
    if not store.active:
        raise StoreClosed
    return store


def enrol_device(actor: Actor, *, store_id: int, name: str, public_key: bytes, proof: bytes) -> Device:
    """Ask for a device to be let in. The same key again is the same device.

    `public_key`: 65 bytes; `proof`: its signature of `enrolment_text`. Raises Invalid, OfflineOff,
    NotYourDevice, DeviceStopped, TooManyDevices and what `served_store` raises.
    """
    store = served_store(actor, store_id)
    if not offline_points():
        raise OfflineOff
    mark = mark_of(public_key)
    if not is_public_key(public_key) or not is_signed(public_key, enrolment_text(store_id, mark), proof):
        raise Invalid(fields={"public_key": [N_("设备密钥不对，请刷新页面重试。")]})
    with unit_of_work():
        known: Device | None = Device.unscoped(_BY_MARK).where(Device.mark == mark).first()
        if known is None:
            working = (Device.store_id == store_id) & Device.stopped_at.is_null()
            if Device.unscoped("the devices of one store").where(working).count() >= DEVICES_AT_MOST:
                raise TooManyDevices(most=DEVICES_AT_MOST)
            known = Device.create(
                mark=mark,
                area_code=store.area_code,
                store_id=store_id,
                account_id=actor.account_id,
                person_id=actor.person_id,
                household_id=actor.household_id,
                name=name,
                public_key=public_key,
                asked_at=now(),
            )
        elif known.account_id != actor.account_id or known.store_id != store_id:
            raise NotYourDevice
        elif known.stopped_at is not None:
            raise DeviceStopped
        _record(actor, "points_store.enrol_device", known)
    return known


def approve_device(actor: Actor, *, device_id: int) -> Device:
    """Let a device in, after its mark was compared. Raises NotFound, DeviceStopped, NotYourDevice.

    Nobody lets in the device that they enrolled themselves.
    """
    with unit_of_work():
        device = managed_device(actor, device_id)
        same_person = actor.person_id is not None and device.person_id == actor.person_id
        if device.account_id == actor.account_id or same_person:
            raise NotYourDevice
        if device.stopped_at is not None:
            raise DeviceStopped
        waiting = (Device.id == device_id) & Device.approved_at.is_null()
        Device.update(approved_at=now(), approved_by=actor.account_id).where(waiting).execute()
        _record(actor, "points_store.approve_device", device)
    return managed_device(actor, device_id)


def stop_device(actor: Actor, *, device_id: int, lost: bool = True) -> Device:
    """Stop a device that was lost or is given up; again is the same. Raises NotFound.

    What it took aside stays held until its grace is over: it may have been spent already.
    """
    with unit_of_work(housekeeping="one that is stopped already changes nothing"):
        stop(actor, managed_device(actor, device_id), LOST if lost else RETIRED)
    return managed_device(actor, device_id)


def stop(actor: Actor, device: Device, why: str) -> None:
    """Stop a device, for the first reason that comes; inside a unit of work.

    One that was lost can still turn out to have been copied.
    """
    working = (Device.id == device.id) & Device.stopped_at.is_null()
    if Device.update(stopped_at=now(), stopped_by=actor.account_id, stopped_why=why).where(working).execute():
        _record(actor, "points_store.stop_device", device, why=why)
    elif why == CLONE and device.stopped_why != CLONE:
        Device.update(stopped_why=CLONE).where(Device.id == device.id).execute()
        _record(actor, "points_store.stop_device", device, why=why)


def managed_device(actor: Actor, device_id: int) -> Device:
    """A device in the areas that the actor manages. Raises NotFound."""
    scope = actor.demand("points_store.manage")
    device: Device | None = Device.within(scope).where(Device.id == device_id).first()
    if device is None:
        raise NotFound
    return device


def managed_number(actor: Actor, mark: str) -> int:
    """The number of a device that the actor manages, by its mark. Raises NotFound."""
    scope = actor.demand("points_store.manage")
    device: Device | None = Device.within(scope).where(Device.mark == mark).first()
    if device is None:
        raise NotFound
    return int(device.id)


def device_for_sending(actor: Actor, mark: str) -> Device:
    """A device whose queue the actor may hand in: a clerk of its store, or who manages it there.

    Raises DeviceUnknown.
    """
    device: Device | None = Device.unscoped(_BY_MARK).where(Device.mark == mark).first()
    if device is None:
        raise DeviceUnknown
    if actor.may("points_store.manage", device.area_code):
        return device
    bound = (StoreClerk.store_id == device.store_id) & (StoreClerk.account_id == actor.account_id)
    if actor.may("points_store.redeem", device.area_code) and StoreClerk.select().where(bound).exists():
        return device
    raise DeviceUnknown


def own_device(actor: Actor, mark: str) -> Device:
    """The actor's own device, fit to take points along.

    Raises DeviceUnknown, NotYourDevice, DeviceStopped, DeviceWaiting.
    """
    device = device_for_sending(actor, mark)
    if device.account_id != actor.account_id:
        raise NotYourDevice
    if device.stopped_at is not None:
        raise DeviceStopped
    if device.approved_at is None:
        raise DeviceWaiting
    return device


def note_seen(device: Device, drift: int) -> None:
    """Keep when a device was last here and how far its clock is off (ms); inside a unit of work."""
    Device.update(seen_at=now(), drift=drift).where(Device.id == device.id).execute()


def _record(actor: Actor, action: str, device: Device, **detail: object) -> None:
    audit.record(
        actor,
        action,
        area_code=device.area_code,
        subject=f"device:{device.id}",
        store_id=device.store_id,
        mark=device.mark,
        **detail,
    )
