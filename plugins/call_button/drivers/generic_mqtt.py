"""Devices of one's own making over MQTT, in the simplest JSON that does.

    gridgov/DEVICE/press   {"key": "1", "gesture": "single", "number": 17, "at": "2026-03-02T09:00:00+08:00"}
    gridgov/DEVICE/state   {"battery": 90, "link": -70, "online": true, "model": "generic_4"}

`number` tells a message that came twice from a second press, whatever `at` says; a device without one is told
by time. It must go on rising when the device is switched off and on: one that cannot keep it sends none.
A last will is `online` false under `state`, retained. DEVICE is the device's user at the broker, too.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from core.devices import SINGLE, DeviceDriver, DeviceInput, DeviceModel, Reading, Unreadable
from core.text import N_
from plugins.call_button.json_payload import moment_of, number_of, object_of, text_of

NAME = "call_button.generic_mqtt"
# The users with which the gateways come to the broker.
ZIGBEE2MQTT, CHIRPSTACK = "zigbee2mqtt", "chirpstack"
_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MODELS = (
    DeviceModel("generic_4", N_("四键呼叫器（通用）"), ("1", "2", "3", "4")),
    DeviceModel("generic_1", N_("单键呼叫器（通用）"), ("1",)),
    DeviceModel("generic_smoke", N_("烟雾报警器（通用）"), ("smoke", "clear"), "smoke", calm=("clear",)),
    DeviceModel("generic_door", N_("门磁（通用）"), ("open", "closed"), "door", calm=("closed",)),
    DeviceModel("generic_fall", N_("跌倒探测器（通用）"), ("fall", "clear"), "fall", calm=("clear",)),
)


def topics(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What devices send of themselves."""
    base = settings["broker"]["generic_topic"]
    return (f"{base}/+/press", f"{base}/+/state")


def is_user(name: str, broker: Mapping[str, Any]) -> bool:
    """Whether a device can come to the broker with this name: as a user of its own, and as one level of a
    topic. `broker`: the settings of [plugin.call_button.broker]."""
    return _USER.fullmatch(name) is not None and name not in (ZIGBEE2MQTT, CHIRPSTACK, broker["username"])


def read(message: DeviceInput) -> Iterable[Reading]:
    """What it says. Raises Unreadable."""
    *_, device, what = ["", *message.topic.split("/")]
    if what not in ("press", "state") or not device:
        raise Unreadable("主题应为 设备/press 或 设备/state")
    said = object_of(message.payload)
    if text_of(said.get("device", device)) != device:
        raise Unreadable("内容与主题不是同一个设备")
    online = said.get("online")
    known: dict[str, Any] = {
        "source": text_of(device),
        "at": moment_of(said.get("at")),
        "battery": number_of(said.get("battery"), 0, 100),
        "link": number_of(said.get("link"), -200, 255),
        "model": text_of(said.get("model"), 60),
        "online": online if isinstance(online, bool) else None,
    }
    if what == "state":
        return (Reading(**known),)
    raw_key = said.get("key")
    key = str(raw_key) if type(raw_key) is int else text_of(raw_key, 40)
    if not key:
        raise Unreadable("没有按键")
    gesture = text_of(said.get("gesture", SINGLE), 10)
    return (Reading(**known, key=key, gesture=gesture, message_id=_message_id(said)),)


def _message_id(said: dict[str, Any]) -> str:
    number = number_of(said.get("number"), 0, 2**53)
    return "" if number is None else str(number)


DRIVER = DeviceDriver(NAME, N_("通用 MQTT"), MODELS, read, topics)
