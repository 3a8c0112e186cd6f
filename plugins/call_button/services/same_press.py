"""Whether a press came before: messages come twice where a line or a process breaks at the wrong moment.

What tells it, the surest first: the number that the source gave it; the packet number of a delivery that the
broker says it repeats; the moment at which the gateway heard it; and else time alone.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Final

from core.clock import now
from core.db import Statement, milliseconds, unit_of_work
from core.devices import DeviceInput, Reading
from core.value_classes import value_class
from plugins.call_button.models.calls import Delivery, Press
from plugins.call_button.models.devices import Device
from plugins.call_button.services.call_steps import seconds
from plugins.call_button.services.press_clocks import believed_at
from plugins.call_button.services.press_rows import press_heard_near, press_near, press_with

# The broker begins anew with its 65,535 packet numbers; until then the same one is the same message.
REMEMBERED: Final = timedelta(days=1)
_DELIVERED = Statement(
    lambda p: (
        Press.unscoped("the press that a repeated delivery told of")
        .join(Delivery, on=(Delivery.press_id == Press.id))
        .where((Delivery.digest == p("digest")) & (Delivery.at > p("since")))
    )
)
_REMEMBER = Statement(
    lambda p: Delivery.insert(digest=p("digest"), press_id=p("press_id"), at=p("at")).on_conflict(
        conflict_target=[Delivery.digest], preserve=[Delivery.press_id, Delivery.at]
    )
)


@value_class
class Packet:
    """A delivery of the broker. `is_again`: it was sent before, and nobody said that it came."""

    digest: bytes
    is_again: bool


def packet_of(device: Device, reading: Reading, message: DeviceInput) -> Packet | None:
    """The delivery that a press came by; None where its number tells it, or nothing is ever repeated."""
    if reading.message_id or not message.packet:
        return None
    content = hashlib.sha256(message.payload).hexdigest()
    parts = (device.id, message.packet, message.topic, content, reading.key, reading.gesture)
    return Packet(_digest("packet", *parts), message.is_again)


def same_press(
    device: Device, reading: Reading, at: datetime, packet: Packet | None = None
) -> tuple[bytes, Press | None]:
    """The digest of a press, and the press that it is if it came before."""
    if reading.message_id:
        digest = _digest("message", device.id, reading.message_id, reading.key)
        return digest, press_with(digest)
    heard_at = believed_at(device, reading, at) if reading.heard_at else None
    moment = ("heard", heard_at) if heard_at else ("moment", at)
    digest = _digest(moment[0], device.id, milliseconds(moment[1]), reading.key, reading.gesture)
    if packet is not None and packet.is_again:
        since = milliseconds(at - REMEMBERED)
        if (known := _DELIVERED.get(digest=packet.digest, since=since)) is not None:
            return digest, known
    # To both sides of the moment: the clock may have been put back.
    window, key = seconds("same_press_seconds"), (device.id, reading.key[:40], reading.gesture)
    if heard_at is None:
        return digest, press_near(*key, at - window, at + window)
    earliest = heard_at - seconds("believed_seconds")
    return digest, press_heard_near(*key, heard_at, at, window=window, earliest=earliest)


def remember(packet: Packet | None, press: Press, at: datetime) -> None:
    """Know the delivery again, should the broker repeat it; within the caller's unit of work."""
    if packet is not None:
        _REMEMBER.run(digest=packet.digest, press_id=press.id, at=milliseconds(at))


def forget_deliveries() -> int:
    """Delete what is too old to be known again; returns how many."""
    with unit_of_work(housekeeping="deliveries are remembered for a day"):
        return int(Delivery.delete().where(Delivery.at < now() - REMEMBERED).execute())


def is_stored(device: Device, reading: Reading) -> bool:
    """Whether the press of a message with an id is stored already; on a test day, too."""
    return press_with(_digest("message", device.id, reading.message_id, reading.key)) is not None


def _digest(*parts: str | int) -> bytes:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()
