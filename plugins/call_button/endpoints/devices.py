"""Devices and presses as JSON."""

from dataclasses import asdict
from typing import Any

from flask import request

from core.api import Page
from core.clock import now
from core.devices import DeviceInput
from core.errors import Invalid
from core.security import Actor
from core.text import N_
from plugins.call_button.device_words import DEVICES, VIEW
from plugins.call_button.drivers import http
from plugins.call_button.endpoints import api, key
from plugins.call_button.errors.devices import PressNotProven, PressRefused
from plugins.call_button.queries import devices as queries
from plugins.call_button.refusal_words import FORGED, NOT_REGISTERED, REASONS, UNREADABLE, UNSIGNED
from plugins.call_button.schemas import devices as shapes
from plugins.call_button.services import registering as services
from plugins.call_button.services.readings import REFUSED, Outcome, press_for, take

EVERYBODY = "public: a device proves itself by its signature, an account by call_button.press"
ALL = "/call-devices"
ONE = f"{ALL}/<string:device_id>"
_NOT_PROVEN = (UNSIGNED, FORGED, NOT_REGISTERED)


@api.operation(
    "GET",
    ALL,
    "listCallDevices",
    access=VIEW,
    returns=shapes.CallDeviceSchema,
    many=True,
    query=shapes.CallDeviceQuery,
)
def list_devices(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The devices of one's areas, those that need somebody first."""
    paging = {name: query.pop(name) for name in ("page", "page_size")}
    found, total = queries.list_devices(actor.demand(VIEW), queries.Wanted(**query), **paging)
    return Page(found, total)


@api.operation("GET", ONE, "getCallDevice", access=VIEW, returns=shapes.CallDeviceSchema)
def get_device(actor: Actor, *, device_id: str) -> queries.DeviceView:
    """One device."""
    return queries.device(actor.demand(VIEW), key(device_id))


@api.operation(
    "GET",
    "/unknown-devices",
    "listUnknownDevices",
    access=DEVICES,
    returns=shapes.UnknownDeviceSchema,
    many=True,
)
def list_unknown(actor: Actor) -> Page:
    """Devices nobody knows that were pressed within the last ten minutes, newest first."""
    found = queries.strangers()
    return Page(found, len(found))


@api.operation(
    "POST",
    ALL,
    "registerDevice",
    access=DEVICES,
    returns=shapes.RegisteredDevice,
    status=201,
    body=shapes.NewCallDevice,
    errors=(404, 409),
)
def register(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Register a device at a household, by its address or as the unknown device that was pressed just now.

    The answer holds the secret of a device that signs; with an Idempotency-Key it is kept, sealed, for a day.
    """
    new = services.NewDevice(
        hardware=_hardware(body),
        household_id=body["household_id"],
        place=body["place"],
        person_id=body["person_id"],
        keys=body["keys"],
        contacts=[services.Contact(**each) for each in body["contacts"]],
    )
    if body["unknown_id"] is not None:
        return _registered(services.pair_device(actor, body["unknown_id"], new))
    return _registered(services.register_device(actor, new))


@api.operation(
    "POST",
    f"{ONE}/replace",
    "replaceDevice",
    access=DEVICES,
    returns=shapes.RegisteredDevice,
    status=201,
    body=shapes.ReplacementDevice,
    errors=(404, 409),
)
def replace(actor: Actor, *, device_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Put a new device in the place of one; household, contacts and history stay."""
    return _registered(services.replace_device(actor, key(device_id), _hardware(body), why=body["why"]))


@api.operation(
    "POST",
    f"{ONE}/revoke",
    "revokeDevice",
    access=DEVICES,
    returns=shapes.CallDeviceSchema,
    body=shapes.RevokeReason,
    errors=(404, 409),
)
def revoke(actor: Actor, *, device_id: str, body: dict[str, Any]) -> queries.DeviceView:
    """From the next message on the device rings nowhere. Again is the same."""
    services.revoke_device(actor, key(device_id), why=body["why"])
    return queries.device(actor.demand(DEVICES), key(device_id))


@api.operation(
    "POST",
    "/presses",
    "pressButton",
    access=EVERYBODY,
    returns=shapes.PressReceipt,
    status=201,
    body=shapes.NewPress,
    key="required",
    errors=(401, 403, 404, 409),
)
def press(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Press a key: a device by its signature, or an account with call_button.press for a device.

    Needs an Idempotency-Key; of a device its number, which tells a repeat as well.
    """
    if body["device_id"] is not None:
        # The same key of the same account is the same press, for as long as presses are kept.
        number = request.headers["Idempotency-Key"]
        return _receipt(press_for(actor, body["device_id"], body["key"], body["gesture"], number))
    message = DeviceInput(request.path, request.get_data(cache=True), now())
    outcomes = take(http.NAME, message)
    if not outcomes:
        raise Invalid(fields={"device": [N_("请写明设备。")]})
    return _receipt(outcomes[0])


def _receipt(outcome: Outcome) -> dict[str, Any]:
    if outcome.kind == REFUSED:
        if outcome.why == UNREADABLE:
            raise Invalid(fields={"device": [N_("请写明设备、序号、时间和签名。")]})
        if outcome.why in _NOT_PROVEN:
            raise PressNotProven
        raise PressRefused(why=REASONS[outcome.why])
    return {
        "id": outcome.press_id or 0,
        "kind": outcome.kind,
        "device_id": outcome.device_id,
        "call_id": outcome.call_id,
    }


def _hardware(body: dict[str, Any]) -> services.Hardware:
    return services.Hardware(body["driver"], body["model"], body["source"], body["serial"])


def _registered(done: services.Registered) -> dict[str, Any]:
    said = asdict(done)
    return {"id": said["device_id"], "secret": said["secret"]}
