"""A family of devices comes from any plugin (register_device_drivers); what it breaks on harms nobody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.clock import now
from core.devices import DeviceInput
from core.testing import VILLAGE
from plugins.call_button.services.readings import take, take_all
from plugins.call_button.services.registering import Hardware, NewDevice, register_device
from tests.plugins.call_button.device_people import Wall, refused

PLUGIN = """
from core.devices import DeviceDriver, DeviceModel, Reading
from core.hookspecs import hookimpl


def read(message):
    if message.payload == b"crash":
        raise ZeroDivisionError
    if message.payload == b"nonsense":
        return ["no reading"]
    return (Reading(message.topic, key=message.payload.decode()),)


@hookimpl
def register_device_drivers():
    return [DeviceDriver("lamps.bell", "门铃", (DeviceModel("bell", "门铃", ("ring",)),), read)]
"""


@pytest.fixture
def bell(
    wall: Wall, plugin_folder: Callable[..., Path], build_app: Callable[[], Any], actor: Callable[..., Any]
) -> int:
    """A bell of a foreign plugin hangs in the first home."""
    plugin_folder("lamps", {"plugin.py": PLUGIN, "__init__.py": ""})
    build_app()
    new = NewDevice(Hardware("lamps.bell", "bell", "front"), wall.homes[0].id)
    return register_device(actor("secretary", VILLAGE), new).device_id


def test_a_device_of_a_foreign_driver_calls(bell: int) -> None:
    (outcome,) = take("lamps.bell", DeviceInput("front", b"ring", now()))
    assert (outcome.kind, outcome.device_id) == ("pressed", bell)


def test_a_driver_that_falls_over_harms_no_other_message(bell: int) -> None:
    payloads = (b"crash", b"nonsense", b"ring")
    outcomes = take_all([("lamps.bell", DeviceInput("front", payload, now())) for payload in payloads])
    assert [outcome.kind for outcome in outcomes] == ["refused", "refused", "pressed"]
    assert refused() == [("unreadable", 1), ("unreadable", 1)]
