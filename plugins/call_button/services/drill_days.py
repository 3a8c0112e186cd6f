"""Arranging test days: when everybody of an area is asked to press once."""

from datetime import datetime, timedelta

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid
from core.security import Actor
from core.text import N_
from plugins.call_button.device_words import DEVICES
from plugins.call_button.errors.devices import TestDayOver
from plugins.call_button.models.devices import TestDay
from plugins.call_button.queries.drills import test_day_row

LONGEST = timedelta(hours=12)


def arrange_test_day(actor: Actor, area_code: str, begins_at: datetime, ends_at: datetime) -> int:
    """From one moment to another presses of the area ring nowhere. At most twelve hours, not in the past.

    The shorter the better: who needs help meanwhile is not heard. Raises Forbidden, NotFound, Invalid.
    """
    actor.demand(DEVICES, area_code)
    if not now() - timedelta(minutes=10) <= begins_at < ends_at:
        raise Invalid(fields={"begins_at": [N_("开始时间应不早于现在，并早于结束时间。")]})
    if ends_at - begins_at > LONGEST:
        raise Invalid(fields={"ends_at": [N_("测试最长 12 小时，期间按键不会响铃。")]})
    with unit_of_work():
        day = TestDay.create(
            area_code=area_code, begins_at=begins_at, ends_at=ends_at, set_by=actor.account_id
        )
        _record(actor, "call_button.arrange_test", day)
    return int(day.id)


def end_test_day(actor: Actor, day_id: int) -> None:
    """Presses ring again from now on. Raises Forbidden, NotFound, TestDayOver."""
    with unit_of_work():
        day = test_day_row(actor.demand(DEVICES), day_id)
        if day.ends_at <= now():
            raise TestDayOver
        # One that has not begun ends where it begins: nothing was ever a test.
        TestDay.update(ends_at=max(now(), day.begins_at)).where(TestDay.id == day.id).execute()
        _record(actor, "call_button.end_test", day)


def _record(actor: Actor, action: str, day: TestDay) -> None:
    audit.record(actor, action, area_code=day.area_code, subject=f"call_test:{day.id}")
