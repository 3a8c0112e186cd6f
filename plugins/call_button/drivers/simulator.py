"""A caller without a wall: four keys on a page, or thousands of them from the command line."""

import json
from collections.abc import Iterable
from datetime import datetime

from core.devices import SINGLE, DeviceDriver, DeviceInput, DeviceModel, Reading, Unreadable
from core.text import N_
from plugins.call_button.json_payload import moment_of, number_of, object_of, text_of

NAME = "call_button.simulator"
MODELS = (DeviceModel("simulator_4", N_("模拟呼叫器"), ("1", "2", "3", "4"), silent_after=None),)


def message_of(source: str, key: str, message_id: str, at: datetime, gesture: str = SINGLE) -> DeviceInput:
    """A press of a simulated device, as this driver reads it; an empty key only says that it is there."""
    said = {"key": key, "gesture": gesture, "id": message_id, "at": at.isoformat()}
    return DeviceInput(f"simulator/{source}", json.dumps(said).encode(), at)


def read(message: DeviceInput) -> Iterable[Reading]:
    """What it says. Raises Unreadable."""
    base, _, source = message.topic.partition("/")
    if base != "simulator":
        raise Unreadable("不是模拟呼叫器")
    said = object_of(message.payload)
    return (
        Reading(
            text_of(source),
            key=text_of(said.get("key"), 40),
            gesture=text_of(said.get("gesture", SINGLE), 10),
            message_id=text_of(said.get("id")),
            at=moment_of(said.get("at")),
            battery=number_of(said.get("battery"), 0, 100),
        ),
    )


DRIVER = DeviceDriver(NAME, N_("模拟呼叫器"), MODELS, read)
