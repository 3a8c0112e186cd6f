"""Test days: everybody of a village is asked to press once, and presses ring nowhere."""

import hashlib
import json
from datetime import datetime, timedelta

from core.county import plugin_settings
from core.db import Statement, milliseconds
from core.devices import Reading
from plugins.call_button.meanings import UNKNOWN
from plugins.call_button.models.calls import Press
from plugins.call_button.models.devices import Device, TestDay
from plugins.call_button.queries.device_keys import meanings_of

TEST = "test"
_UNDER_WAY = Statement(
    lambda p: TestDay.unscoped(
        "whether a press is a test is asked wherever it came from", TestDay.area_code
    ).where((TestDay.ends_at > p("at")) & (TestDay.begins_at <= p("at")))
)
_SAME = Statement(
    lambda p: Press.unscoped("the same press again, wherever its device hangs", Press.id).where(
        (Press.device_id == p("device_id")) & (Press.received_at > p("since")) & (Press.key == p("key"))
    )
)
_KNOWN = Statement(
    lambda p: Press.unscoped("the same press again, wherever its device hangs", Press.id).where(
        Press.digest == p("digest")
    )
)


def is_test(area_code: str, at: datetime) -> bool:
    """Whether a test day of the area or of one above it is under way."""
    days = _UNDER_WAY.all(at=milliseconds(at))
    return any(area_code.startswith(code) for (code,) in days)


def store_test(device: Device, reading: Reading, received_at: datetime) -> tuple[int, bool]:
    """Note a test press, within the caller's unit of work; the id, and whether it is new."""
    if reading.message_id:
        digest = _digest("message", device.id, reading.message_id, reading.key)
        same = _KNOWN.first(digest=digest)
    else:
        digest = _digest("moment", device.id, milliseconds(received_at), reading.key, reading.gesture)
        window = timedelta(seconds=plugin_settings("call_button")["same_press_seconds"])
        since = milliseconds(received_at - window)
        same = _SAME.first(device_id=device.id, since=since, key=reading.key) or _KNOWN.first(digest=digest)
    if same is not None:
        return int(same[0]), False
    press = Press.create(
        area_code=device.area_code,
        device_id=device.id,
        digest=digest,
        key=reading.key,
        gesture=reading.gesture,
        meaning=meanings_of(device).get(reading.key, UNKNOWN),
        outcome=TEST,
        received_at=received_at,
    )
    Device.update(tested_at=received_at).where(Device.id == device.id).execute()
    return int(press.id), True


def _digest(*parts: str | int) -> bytes:
    # The same as of a press that rings, so that one that comes again when the day is over is no new one.
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()
