"""Devices that send something by themselves: what a driver is, and what it reads out of a message.

A driver knows one family of devices (Zigbee2MQTT, ChirpStack, a county's own) and turns a message into
readings. It has no state, no database and no clock; who stands behind a device, and what a key means there,
is the business of whoever asks it. Plugins give drivers by the hook `register_device_drivers`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any, Final

from core.value_classes import value_class

# What a device is for. A button is pressed by a person; the others report by themselves.
DEVICE_KINDS: Final = ("button", "smoke", "door", "fall")
SINGLE, DOUBLE, HOLD = "single", "double", "hold"
GESTURES: Final = (SINGLE, DOUBLE, HOLD)
LONGEST_SOURCE, LONGEST_MESSAGE_ID = 120, 160


class Unreadable(ValueError):
    """A message that its driver cannot read; the words (Chinese) say why, for whoever mends it."""


@value_class
class DeviceModel:
    """A model of device: `keys` as its messages call them, left to right as they lie on it.

    `calm`: of a sensor, what it says when an alarm is over; nobody is called then. `silent_after`: when it
    counts as unavailable if nothing was heard of it (None: it never says anything by itself).
    """

    name: str
    title: str
    keys: tuple[str, ...]
    kind: str = "button"
    silent_after: timedelta | None = timedelta(hours=25)
    calm: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in DEVICE_KINDS:
            raise ValueError(f"{self.name}: kind is one of {', '.join(DEVICE_KINDS)}")
        if not self.keys:
            raise ValueError(f"{self.name}: a device without keys tells nothing")


@value_class
class DeviceInput:
    """A message as it came: by MQTT (`topic`), by HTTP (the path), by SMS (the sender's number).

    `retained`: the broker had kept it; a press that was kept is an old one and must not ring. `packet`: the
    broker's number of a delivery that it repeats until it is acknowledged (empty: it repeats none);
    `is_again`: the broker says that it has sent it before, and was not told whether it came.
    """

    topic: str
    payload: bytes
    received_at: datetime
    retained: bool = False
    packet: str = ""
    is_again: bool = False


@value_class
class Reading:
    """What a message says: of `source` (the device's name or address at its driver), one thing or several.

    `key`: the key that was pressed, in the words of the model (empty: nothing was pressed), with its
    `gesture`. `message_id`: what the source repeats when it sends the same press twice; empty where it has
    nothing of the kind, then time decides. `at`: the device's own clock, where it has one. `battery` in
    percent; `link`: quality of the radio, 0 to 255 (Zigbee) or decibels below zero (LoRa); `online`: what the
    gateway says of it; `heard_at`: when the gateway or the network heard it, by its clock. `model`: what
    the device says of itself, for pairing.
    """

    source: str
    key: str = ""
    gesture: str = SINGLE
    message_id: str = ""
    at: datetime | None = None
    battery: int | None = None
    link: int | None = None
    online: bool | None = None
    heard_at: datetime | None = None
    model: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.source) <= LONGEST_SOURCE:
            raise Unreadable("设备编号为空或过长")
        if len(self.message_id) > LONGEST_MESSAGE_ID:
            raise Unreadable("消息编号过长")
        if self.gesture not in GESTURES:
            raise Unreadable("按键方式无法识别")


@value_class
class DeviceDriver:
    """A family of devices: which topics it listens to and how its messages are read.

    `topics`: MQTT filters that it wants to hear, made from the county's settings of the plugin that asks
    (none: it is fed otherwise); `read` raises Unreadable. `name` begins with its plugin's name.
    """

    name: str
    title: str
    models: tuple[DeviceModel, ...]
    read: Callable[[DeviceInput], Iterable[Reading]]
    topics: Callable[[Mapping[str, Any]], tuple[str, ...]] = field(default=lambda _settings: ())

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}\.[a-z][a-z0-9_]{1,39}", self.name):
            raise ValueError(f"a driver is called plugin.driver, not {self.name!r}")

    def model(self, name: str) -> DeviceModel | None:
        """The model of that name."""
        return next((model for model in self.models if model.name == name), None)
