"""Zigbee remotes and sensors through Zigbee2MQTT: TS0044 and its kin, smoke, door and fall sensors.

A device is known by its name, together with all of the topic behind its first part, so that several gateways
(`zigbee2mqtt/east/…`, `zigbee2mqtt/west/…`) keep their devices apart. A press comes as `action` in the
device's JSON, and once more as bare text under `NAME/action`; both say the same and neither has a number, so
that time decides. After a press an empty action follows, which is none.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from core.devices import (
    DOUBLE,
    HOLD,
    SINGLE,
    DeviceDriver,
    DeviceInput,
    DeviceModel,
    Reading,
    Unreadable,
)
from core.text import N_
from plugins.call_button.json_payload import LONGEST, moment_of, number_of, object_of, text_of

NAME = "call_button.zigbee2mqtt"
# Battery devices count as offline there after 25 hours; the sensors report at least once in that time too.
_DAY = timedelta(hours=25)
MODELS = (
    DeviceModel("TS0044", N_("涂鸦四键遥控器 TS0044 及同类"), ("1", "2", "3", "4"), "button", _DAY),
    DeviceModel("TS004F", N_("涂鸦四键遥控器 TS004F"), ("1", "2", "3", "4"), "button", _DAY),
    DeviceModel("TS0043", N_("涂鸦三键遥控器 TS0043"), ("1", "2", "3"), "button", _DAY),
    DeviceModel("TS0042", N_("涂鸦双键遥控器 TS0042"), ("1", "2"), "button", _DAY),
    DeviceModel("TS0041", N_("涂鸦单键遥控器 TS0041"), ("1",), "button", _DAY),
    DeviceModel("TS0215A_sos", N_("涂鸦求助按钮 TS0215A"), ("emergency",), "button", _DAY),
    DeviceModel("smoke", N_("烟雾报警器（Zigbee）"), ("smoke", "clear"), "smoke", _DAY, ("clear",)),
    DeviceModel("door", N_("门磁（Zigbee）"), ("open", "closed"), "door", _DAY, ("closed",)),
    DeviceModel("fall", N_("跌倒探测器（Zigbee）"), ("fall", "clear"), "fall", _DAY, ("clear",)),
)
_GESTURES: Final[Mapping[str, str]] = {"single": SINGLE, "double": DOUBLE, "hold": HOLD, "long": HOLD}
# Orders to devices, which are none of ours.
_ORDERS = ("set", "get")


def topics(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything of the gateway: a device's name may have slashes."""
    return (f"{settings['broker']['zigbee2mqtt_topic']}/#",)


def read(message: DeviceInput) -> Iterable[Reading]:
    """What it says; nothing of the gateway itself. Raises Unreadable."""
    _, *parts = message.topic.split("/")
    if not any(parts):
        raise Unreadable("主题中没有设备名")
    if "bridge" in parts or any(order in parts[1:] for order in _ORDERS):
        return ()
    if len(parts) > 1 and parts[-1] == "availability":
        return _availability("/".join(parts[:-1]), message.payload)
    if len(parts) > 1 and parts[-1] == "action":
        return _bare_action("/".join(parts[:-1]), message.payload)
    return _state("/".join(parts), object_of(message.payload))


def _availability(source: str, payload: bytes) -> tuple[Reading, ...]:
    # Empty: the device was renamed. Older gateways send the bare word.
    if not payload:
        return ()
    state = payload.decode(errors="replace")
    if payload.startswith(b"{"):
        state = text_of(object_of(payload).get("state"))
    if state not in ("online", "offline"):
        raise Unreadable("在线状态无法识别")
    return (Reading(text_of(source), online=state == "online"),)


def _bare_action(source: str, payload: bytes) -> tuple[Reading, ...]:
    if len(payload) > LONGEST:
        raise Unreadable("消息过长")
    key, gesture = _action(payload.decode(errors="replace"))
    return (Reading(text_of(source), key=key, gesture=gesture),) if key else ()


def _state(source: str, said: dict[str, Any]) -> tuple[Reading, ...]:
    named = said.get("device")
    known: dict[str, Any] = {
        "source": text_of(source),
        "battery": number_of(said.get("battery"), 0, 100),
        "link": number_of(said.get("linkquality"), 0, 255),
        # The gateway repeats what it knows when it starts.
        "heard_at": moment_of(said.get("last_seen")),
        "model": text_of(named.get("model")) if isinstance(named, dict) else "",
    }
    presses = [_action(said.get("action")), *((state, SINGLE) for state in _states(said))]
    found = tuple(Reading(**known, key=key, gesture=gesture) for key, gesture in presses if key)
    return found or (Reading(**known),)


def _action(raw_action: Any) -> tuple[str, str]:
    """Key and gesture of `1_single`, `hold`, `emergency`; an empty key for no press."""
    action = text_of(raw_action, 40).strip()
    match = re.fullmatch(r"(?:([0-9]{1,2})_)?(single|double|hold|long)", action)
    if match is None:
        return action, SINGLE
    return match[1] or "1", _GESTURES[match[2]]


def _states(said: dict[str, Any]) -> Iterable[str]:
    smoke, contact, fall = said.get("smoke"), said.get("contact"), said.get("fall_down_status")
    if isinstance(smoke, bool):
        yield "smoke" if smoke else "clear"
    if isinstance(contact, bool):
        yield "closed" if contact else "open"
    if fall in ("fall", "none"):
        yield "fall" if fall == "fall" else "clear"


DRIVER = DeviceDriver(NAME, "Zigbee2MQTT", MODELS, read, topics)
