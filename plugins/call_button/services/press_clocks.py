"""When a key was pressed, if that can be believed, and whether the press came late.

A clock that says about what ours says (`believed_seconds`) is believed. One that says something earlier is so
only if the message may have waited since: the device's clock was right before, and what it says lies
after that. So a clock that has been a day off from the first makes no press late, and one that is put wrong
later does so at most until it has been heard of once.
"""

from datetime import datetime, timedelta
from typing import Final

from core.devices import Reading
from plugins.call_button.models.devices import Device
from plugins.call_button.services.call_steps import seconds

# What a gateway or the network heard so long ago was held up: their clocks are set by the network. The clock
# of a device may be as far off as it is believed.
HELD_UP: Final = timedelta(minutes=1)
LONGEST_HELD: Final = timedelta(days=7)


def is_right(told_at: datetime, received_at: datetime) -> bool:
    """Whether a clock says about what ours says."""
    return abs(received_at - told_at) <= seconds("believed_seconds")


def believed_at(device: Device, reading: Reading, received_at: datetime) -> datetime | None:
    """When the key was pressed; None where nothing says so, or nothing that can be believed."""
    told_at = reading.heard_at or reading.at
    if told_at is None or is_right(told_at, received_at):
        return told_at
    if device.clock_right_at is None or not timedelta(0) < received_at - told_at <= LONGEST_HELD:
        return None
    return told_at if told_at >= device.clock_right_at - seconds("believed_seconds") else None


def late_since(reading: Reading, pressed_at: datetime | None, received_at: datetime) -> datetime | None:
    """When a key was pressed whose press came late; None of one that came in time, as far as can be told."""
    if pressed_at is None:
        return None
    waited = received_at - pressed_at
    return pressed_at if waited > (HELD_UP if reading.heard_at else seconds("believed_seconds")) else None
