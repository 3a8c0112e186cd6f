"""Devices that work without a line: enrol, approve, reserve, sync, release, revoke."""

from typing import Any

from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api
from plugins.points_store.queries import offline as queries
from plugins.points_store.services import devices, offline_sync, quotas
from plugins.points_store.services.offline_entries import SignedEntry
from plugins.points_store.services.quotas import drift_of


@api.operation(
    "POST",
    "/offline-devices",
    "enrolDevice",
    access=P + "redeem",
    body=schemas.EnrolIn,
    returns=schemas.Device,
    status=201,
    errors=(404,),
)
def enrol_device(actor: Actor, body: dict[str, Any]) -> queries.DeviceView:
    """Ask for a store's device to be let in; the same key again answers the same."""
    return queries.device_view(devices.enrol_device(actor, **body))


@api.operation(
    "POST",
    "/offline-devices/<string:device_id>/approval",
    "approveDevice",
    access=P + "manage",
    returns=schemas.Device,
)
def approve_device(actor: Actor, device_id: str) -> queries.DeviceView:
    """Let a device in, once its mark was compared."""
    return queries.device_view(
        devices.approve_device(actor, device_id=devices.managed_number(actor, device_id))
    )


@api.operation(
    "POST",
    "/offline-devices/<string:device_id>/revocation",
    "revokeOfflineDevice",
    access=P + "manage",
    returns=schemas.Device,
)
def revoke_device(actor: Actor, device_id: str) -> queries.DeviceView:
    """Stop a lost device; what it took along stays held until its grace is over."""
    return queries.device_view(devices.stop_device(actor, device_id=devices.managed_number(actor, device_id)))


@api.operation(
    "POST",
    "/offline-devices/<string:device_id>/quotas",
    "reserveQuotas",
    access=P + "redeem",
    body=schemas.ReserveIn,
    returns=schemas.Reserved,
    status=201,
)
def reserve_quotas(actor: Actor, device_id: str, body: dict[str, Any]) -> queries.Reserved:
    """Take points along for every household with a card; what was taken before is given back first."""
    drift = drift_of(body["sent_at"])
    taken = quotas.reserve(actor, mark=device_id, sent_through=body["sent_through"], drift=drift)
    return queries.reserved(taken.reservation)


@api.operation(
    "POST",
    "/offline-devices/<string:device_id>/release",
    "releaseQuotas",
    access=P + "redeem",
    body=schemas.ReleaseIn,
    returns=schemas.Released,
)
def release_quotas(actor: Actor, device_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give back what the device has not spent."""
    points = quotas.release(actor, mark=device_id, sent_through=body["sent_through"], only=body["quotas"])
    return {"id": device_id, "points": points}


@api.operation(
    "POST",
    "/offline-devices/<string:device_id>/entries",
    "syncQueue",
    access="signed in",
    body=schemas.SyncIn,
    returns=schemas.Synced,
)
def sync_queue(actor: Actor, device_id: str, body: dict[str, Any]) -> offline_sync.Synced:
    """Hand in a queue or a part of it, in any order and as often as it takes."""
    entries = [SignedEntry(entry["text"], entry["signature"]) for entry in body["entries"]]
    return offline_sync.sync(actor, mark=device_id, entries=entries, sent_at=body["sent_at"])
