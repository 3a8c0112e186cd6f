"""LoRaWAN devices through ChirpStack v4: events over MQTT, as JSON (integration.proto).

Values that are zero are left out of that JSON: an uplink without `fCnt` is the first one after joining, a
status without `batteryLevel` means an empty battery. The raw bytes (`data`) count; the codec's `object` only
where there are none that can be read. One frame that came twice has the same device address and frame
counter within an hour, whatever `deduplicationId` it was given; beyond that a counter may have begun anew.
`time` is the network's clock: when a gateway heard it.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from core.devices import DOUBLE, HOLD, SINGLE, DeviceDriver, DeviceInput, DeviceModel, Reading, Unreadable
from core.text import N_
from plugins.call_button.drivers.milesight import Decoded, decode
from plugins.call_button.json_payload import moment_of, number_of, object_of, text_of

NAME = "call_button.chirpstack"
# The makers' own interval is at most a day for buttons and sensors, twelve hours for the radar.
_TWO_MISSED = timedelta(hours=50)
MODELS = (
    DeviceModel("WS101", N_("单键呼叫按钮 WS101（LoRaWAN）"), ("1",), "button", _TWO_MISSED),
    DeviceModel(
        "WS156", N_("六键面板 WS156（LoRaWAN）"), ("1", "2", "3", "4", "5", "6"), "button", _TWO_MISSED
    ),
    DeviceModel(
        "GS524N", N_("烟雾报警器 GS524N（LoRaWAN）"), ("smoke", "clear"), "smoke", _TWO_MISSED, ("clear",)
    ),
    DeviceModel("WS301", N_("门磁 WS301（LoRaWAN）"), ("open", "closed"), "door", _TWO_MISSED, ("closed",)),
    DeviceModel("VS373", N_("跌倒雷达 VS373（LoRaWAN）"), ("fall", "clear"), "fall", _TWO_MISSED, ("clear",)),
)
_GESTURES: Final[Mapping[str, str]] = {"short": SINGLE, "long": HOLD, "double": DOUBLE}
# Events that the network makes by itself, not the device.
_NOT_OF_DEVICE = ("txack", "log", "location", "integration")


def topics(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """All events of the application's devices (`+`: of all applications)."""
    return (f"application/{settings['broker']['chirpstack_application']}/device/+/event/+",)


def read(message: DeviceInput) -> Iterable[Reading]:
    """What an event says; nothing for those that are not of the device. Raises Unreadable."""
    match = re.search(r"(?:^|/)device/([0-9A-Fa-f]{16})/event/([a-z]{1,20})$", message.topic)
    if match is None:
        raise Unreadable("主题不是 ChirpStack 的事件")
    source, event = match[1].lower(), match[2]
    if event in _NOT_OF_DEVICE:
        return ()
    said = object_of(message.payload)
    info = said.get("deviceInfo")
    named = text_of(info.get("devEui")) if isinstance(info, dict) else ""
    if named.lower() != source:
        raise Unreadable("内容与主题不是同一个设备")
    if event == "status":
        return (Reading(source, battery=_status_battery(said), heard_at=moment_of(said.get("time"))),)
    if event == "up":
        return _uplink(source, said)
    return (Reading(source, heard_at=moment_of(said.get("time"))),)


def _status_battery(said: dict[str, Any]) -> int | None:
    if said.get("externalPowerSource") or said.get("batteryLevelUnavailable"):
        return None
    return number_of(said.get("batteryLevel", 0), 0, 100)


def _uplink(source: str, said: dict[str, Any]) -> tuple[Reading, ...]:
    found = _raw(said.get("data")) or _coded(said.get("object"))
    known: dict[str, Any] = {
        "source": source,
        "heard_at": moment_of(said.get("time")),
        "battery": found.battery,
        "link": _best_signal(said.get("rxInfo")),
        "model": found.model,
    }
    frame = _message_id(said)
    # Two keys of one frame are two presses.
    presses = enumerate(found.presses)
    return tuple(
        Reading(**known, key=key, gesture=gesture, message_id=f"{frame}/{place}" if frame else "")
        for place, (key, gesture) in presses
    ) or (Reading(**known),)


def _message_id(said: dict[str, Any]) -> str:
    address, time = text_of(said.get("devAddr"), 20), text_of(said.get("time"), 40)
    counter = number_of(said.get("fCnt", 0), 0, 2**32)
    if address and counter is not None and len(time) > 13:
        return f"{address}-{counter}-{time[:13]}"
    return text_of(said.get("deduplicationId"), 60)


def _best_signal(gateways: Any) -> int | None:
    heard = gateways if isinstance(gateways, list) else []
    found = [number_of(each.get("rssi"), -200, 0) for each in heard if isinstance(each, dict)]
    return max((each for each in found if each is not None), default=None)


def _raw(data: Any) -> Decoded | None:
    if not isinstance(data, str):
        return None
    try:
        return decode(b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        raise Unreadable("data 不是 base64") from None


def _coded(said: Any) -> Decoded:
    """What a codec made of it: of the WS101 a button event or a bare word, of others a flag a key."""
    if not isinstance(said, dict):
        return Decoded()
    event = said.get("button_event")
    word = event.get("status") if isinstance(event, dict) else said.get("press")
    presses = [("1", gesture)] if (gesture := _gesture(word)) else []
    numbers = (re.fullmatch(r"button_([0-9]{1,2})", name) for name, value in said.items() if value)
    presses += [(match[1], SINGLE) for match in numbers if match]
    return Decoded(tuple(presses), number_of(said.get("battery"), 0, 100))


def _gesture(word: Any) -> str:
    return _GESTURES.get(text_of(word).removesuffix(" press").removesuffix("_press"), "")


DRIVER = DeviceDriver(NAME, "ChirpStack v4", MODELS, read, topics)
