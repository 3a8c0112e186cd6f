"""Bytes of Milesight's LoRaWAN devices: WS101, WS156 (buttons), WS301 (door), VS373 (fall), GS524N (smoke).

From the maker's tables (Milesight-IoT/SensorDecoders, the README of each). The maker's own decoder of the
WS156 gives a random number with each press and names keys otherwise than its table: what counts is the bytes.
"""

from collections.abc import Mapping
from typing import Final

from core.devices import DOUBLE, HOLD, SINGLE
from core.value_classes import value_class

# (channel, type) -> how many bytes follow.
_LENGTHS: Final[Mapping[tuple[int, int], int]] = {
    **{(0xFF, 0x01): 1, (0xFF, 0x09): 2, (0xFF, 0x0A): 2, (0xFF, 0xFF): 2, (0xFF, 0x08): 6, (0xFF, 0x16): 8},
    **{(0xFF, 0x0F): 1, (0xFF, 0xFE): 1, (0xFF, 0x0B): 1, (0x01, 0x75): 1, (0x04, 0x00): 1},
    **{(0xFF, 0x2E): 1, (0xFF, 0x34): 3, (0x03, 0x00): 1},
    **{(0x03, 0xF8): 6, (0x04, 0xF9): 4, (0x05, 0xFA): 8, (0x06, 0xFB): 5, (0x20, 0xCE): 9},
}
_BATTERY, _WS101, _WS156, _DOOR, _FALL = (0x01, 0x75), (0xFF, 0x2E), (0xFF, 0x34), (0x03, 0x00), (0x03, 0xF8)
_WS101_GESTURES: Final[Mapping[int, str]] = {1: SINGLE, 2: HOLD, 3: DOUBLE}
_WS156_GESTURES: Final[Mapping[int, str]] = {1: SINGLE, 2: DOUBLE, 3: HOLD}
_FALLEN = 4
_SMOKE_BYTES, _SMOKE_SENSOR = 6, 1
_SMOKE: Final[Mapping[int, str]] = {1: "smoke", 2: "clear", 7: "clear"}


@value_class
class Decoded:
    """What the bytes say: presses as (key, gesture), battery in percent, the model that says it so."""

    presses: tuple[tuple[str, str], ...] = ()
    battery: int | None = None
    model: str = ""


def decode(data: bytes) -> Decoded | None:
    """Bytes of an uplink; None where they are not of these devices. What cannot be read ends the reading."""
    if (smoke := _smoke(data)) is not None:
        return smoke
    presses: list[tuple[str, str]] = []
    battery, model, place = None, "", 0
    while place + 2 <= len(data):
        channel = (data[place], data[place + 1])
        length = _LENGTHS.get(channel)
        value = data[place + 2 : place + 2 + (length or 0)]
        if length is None or len(value) < length:
            break
        place += 2 + length
        if channel == _BATTERY:
            battery = value[0] if value[0] <= 100 else None
        elif channel == _WS101:
            model = "WS101"
            presses.append(("1", _WS101_GESTURES.get(value[0], SINGLE)))
        elif channel == _WS156:
            model = "WS156"
            presses.append((str(value[0]), _WS156_GESTURES.get(value[2], SINGLE)))
        elif channel == _DOOR:
            model = "WS301"
            presses.append(("open" if value[0] else "closed", SINGLE))
        elif channel == _FALL:
            model = "VS373"
            presses.append(("fall" if value[0] == _FALLEN else "clear", SINGLE))
    return Decoded(tuple(presses), battery, model) if place else None


def _smoke(data: bytes) -> Decoded | None:
    """GS524N: six bytes whose sum is zero; the second one says what sensor and what happened."""
    if len(data) != _SMOKE_BYTES or sum(data) % 256 or data[1] >> 4 != _SMOKE_SENSOR:
        return None
    event = _SMOKE.get(data[1] & 0x0F)
    return Decoded(((event, SINGLE),) if event else (), data[2] if data[2] <= 100 else None, "GS524N")
