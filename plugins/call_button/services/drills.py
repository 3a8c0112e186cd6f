"""Test days: everybody of a village is asked to press once, and presses ring nowhere."""

from datetime import datetime

from core.db import Statement, milliseconds
from core.devices import Reading
from plugins.call_button.meanings import UNKNOWN
from plugins.call_button.models.calls import Press
from plugins.call_button.models.devices import Device, TestDay
from plugins.call_button.queries.device_keys import meanings_of
from plugins.call_button.services.press_clocks import believed_at
from plugins.call_button.services.same_press import Packet, remember, same_press

TEST = "test"
_UNDER_WAY = Statement(
    lambda p: TestDay.unscoped(
        "whether a press is a test is asked wherever it came from", TestDay.area_code
    ).where((TestDay.ends_at > p("at")) & (TestDay.begins_at <= p("at")))
)


def is_test(area_code: str, at: datetime) -> bool:
    """Whether a test day of the area or of one above it is under way."""
    days = _UNDER_WAY.all(at=milliseconds(at))
    return any(area_code.startswith(code) for (code,) in days)


def store_test(
    device: Device, reading: Reading, received_at: datetime, packet: Packet | None = None
) -> tuple[int, bool]:
    """Note a test press, within the caller's unit of work; the id, and whether it is new."""
    # Told apart as presses that ring are, so that one that comes again when the day is over is no new one.
    digest, same = same_press(device, reading, received_at, packet)
    if same is not None:
        remember(packet, same, received_at)
        return int(same.id), False
    press = Press.create(
        area_code=device.area_code,
        device_id=device.id,
        digest=digest,
        key=reading.key,
        gesture=reading.gesture,
        meaning=meanings_of(device).get(reading.key, UNKNOWN),
        outcome=TEST,
        pressed_at=believed_at(device, reading, received_at),
        received_at=received_at,
    )
    remember(packet, press, received_at)
    Device.update(tested_at=received_at).where(Device.id == device.id).execute()
    return int(press.id), True
