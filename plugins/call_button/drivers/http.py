"""A device that sends by HTTP: a JSON body that it signs, with a number that rises and its own clock.

    {"device": "cb-17", "sequence": 8, "at": "2026-03-02T09:00:00+08:00", "key": "1",
     "gesture": "single", "battery": 90, "signature": "…"}

Without `key` it only says that it is there. Who it is and whether the signature is right is for whoever
knows its secret (`envelope`).
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from core.devices import GESTURES, SINGLE, DeviceDriver, DeviceInput, DeviceModel, Reading, Unreadable
from core.text import N_
from core.value_classes import value_class
from plugins.call_button.json_payload import moment_of, number_of, object_of, text_of
from plugins.call_button.signing import signed_text

NAME = "call_button.http"
LAST_SEQUENCE = 2**53
MODELS = (
    DeviceModel("http_4", N_("四键呼叫器（网络）"), ("1", "2", "3", "4")),
    DeviceModel("http_1", N_("单键呼叫器（网络）"), ("1",)),
)


@value_class
class Envelope:
    """What proves who sent it: the text that was signed, its signature, the number, the clock."""

    device: str
    sequence: int
    at: datetime
    signature: str
    text: str
    reading: Reading


def envelope(message: DeviceInput) -> Envelope:
    """A message with its proof. Raises Unreadable."""
    said = object_of(message.payload)
    device = text_of(said.get("device"))
    sequence = said.get("sequence")
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 1 <= sequence <= LAST_SEQUENCE:
        raise Unreadable("没有序号")
    written = text_of(said.get("at"), 40)
    at = moment_of(written)
    if at is None:
        raise Unreadable("没有时间")
    key, gesture = text_of(said.get("key"), 40), text_of(said.get("gesture", SINGLE), 10)
    if gesture not in GESTURES:
        raise Unreadable("按键方式无法识别")
    battery = number_of(said.get("battery"), 0, 100)
    text = signed_text(device, sequence, written, key, gesture, battery)
    # All that was signed: another content under the same number is another message.
    message_id = hashlib.sha256(text.encode()).hexdigest()
    return Envelope(
        device=device,
        sequence=sequence,
        at=at,
        signature=text_of(said.get("signature")),
        text=text,
        reading=Reading(
            source=device, key=key, gesture=gesture, message_id=message_id, at=at, battery=battery
        ),
    )


def read(message: DeviceInput) -> Iterable[Reading]:
    """What it says. Raises Unreadable."""
    return (envelope(message).reading,)


DRIVER = DeviceDriver(NAME, N_("网络接口（签名）"), MODELS, read)
