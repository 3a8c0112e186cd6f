"""Callers on the wall: a device of a household, and messages as they come in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.clock import now
from core.county import county
from core.devices import DeviceInput
from core.testing import VILLAGE, TestHousehold
from plugins.call_button.models.calls import Press
from plugins.call_button.models.devices import Device, RefusedMessage
from plugins.call_button.services.readings import SEALED
from plugins.call_button.signing import new_secret, signature_of, signed_text


@dataclass
class Wall:
    """Where callers hang: devices as rows, and messages as their drivers get them."""

    homes: list[TestHousehold]
    move_clock: Callable[[datetime], None]

    def hang(
        self, source: str, driver: str = "call_button.http", model: str = "http_4", **more: Any
    ) -> Device:
        """A device in the first household's home, or where `more` says."""
        secret = more.pop("secret", new_secret() if driver == "call_button.http" else None)
        values: dict[str, Any] = {
            "area_code": VILLAGE,
            "household_id": self.homes[0].id,
            "kind": "button",
            "registered_at": now(),
            "registered_by": 1,
            "secret": county().keys.seal(secret, SEALED) if secret else None,
        }
        return Device.create(driver=driver, model=model, source=source, **{**values, **more})

    def wait(self, **period: float) -> None:
        """Lets time pass."""
        self.move_clock(now() + timedelta(**period))


def secret_of(device: Device) -> str:
    """The secret of a device, as it stands in the device itself."""
    return county().keys.unseal(bytes(device.secret), SEALED)


def signed(device: Device, sequence: int, key: str = "1", **more: Any) -> DeviceInput:
    """A press as a device with a secret sends it."""
    at = more.get("at", now().isoformat())
    gesture, battery = more.get("gesture", "single"), more.get("battery")
    secret = more.get("secret") or secret_of(device)
    body = {
        **{"device": device.source, "sequence": sequence, "at": at, "key": key, "gesture": gesture},
        "signature": signature_of(secret, signed_text(device.source, sequence, at, key, gesture, battery)),
    }
    if battery is not None:
        body["battery"] = battery
    return DeviceInput("/api/v1/presses", json.dumps(body).encode(), now())


def press_count() -> int:
    """How many presses are stored."""
    return Press.unscoped("a test counts").count()


def refused() -> list[tuple[str, int]]:
    """Why messages were refused, and how often, oldest first."""
    rows = RefusedMessage.select().order_by(RefusedMessage.id)
    return [(row.why, row.times) for row in rows]
