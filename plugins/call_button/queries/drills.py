"""Test days and how they went: who has pressed, and who has not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from core.areas.api import area_names
from core.clock import now
from core.db import Statement, milliseconds, rows
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.call_button.models.calls import Press
from plugins.call_button.models.devices import ACTIVE, Device, TestDay
from plugins.call_button.queries.devices import DeviceView, views

_MOST_MISSING = 2_000
_UNDER_WAY = Statement(
    lambda p: TestDay.unscoped(
        "a test day of a town silences its villages too: held against the reader's areas"
    ).where((TestDay.ends_at > p("at")) & (TestDay.begins_at <= p("at")))
)


@value_class
class TestDayView:
    """A test day and how it went: `pressed` of `devices` buttons."""

    __test__ = False

    id: int
    area_code: str
    area_name: str
    begins_at: datetime
    ends_at: datetime
    devices: int
    pressed: int


@value_class
class Silence:
    """An area whose presses ring nowhere now, and until when."""

    area_name: str
    until: datetime


def silent_areas(codes: Iterable[str]) -> list[Silence]:
    """The test days under way at, above or below the areas that the reader may see."""
    near, until = tuple(codes), dict[str, datetime]()
    for day in _UNDER_WAY.instances(at=milliseconds(now())):
        if any(day.area_code.startswith(code) or code.startswith(day.area_code) for code in near):
            until[day.area_code] = max(day.ends_at, until.get(day.area_code, day.ends_at))
    names = area_names(until)
    return [Silence(names.get(code, code), until[code]) for code in sorted(until)]


def test_day_row(scope: AreaScope, day_id: int) -> TestDay:
    """A test day of one's areas. Raises NotFound."""
    row: TestDay | None = TestDay.within(scope).where(TestDay.id == day_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def arranged_days(scope: AreaScope, limit: int = 20) -> list[TestDayView]:
    """The newest test days of one's areas."""
    found = list(TestDay.within(scope).order_by(TestDay.begins_at.desc()).limit(limit))
    names = area_names(row.area_code for row in found)
    return [_day(scope, row, names.get(row.area_code, row.area_code)) for row in found]


def _day(scope: AreaScope, row: TestDay, area_name: str) -> TestDayView:
    tests = _tests(row)
    counted = _asked(scope, row, tests, fn.COUNT(Device.id), fn.COUNT(tests.c.device_id))
    ((devices, pressed),) = rows(counted)
    return TestDayView(
        row.id, row.area_code, area_name, row.begins_at, row.ends_at, int(devices), int(pressed)
    )


def not_pressed(scope: AreaScope, day_id: int) -> tuple[TestDayView, list[DeviceView]]:
    """A test day, and the buttons that nobody has pressed on it. Raises NotFound."""
    row = test_day_row(scope, day_id)
    names, tests = area_names([row.area_code]), _tests(row)
    missing = _asked(scope, row, tests).where(tests.c.device_id.is_null())
    found = list(missing.order_by(Device.area_code, Device.id).limit(_MOST_MISSING))
    return _day(scope, row, names.get(row.area_code, row.area_code)), views(scope, found)


def _tests(row: TestDay) -> Any:
    at = (Press.received_at >= row.begins_at) & (Press.received_at < row.ends_at)
    where = (Press.area_code >= row.area_code) & (Press.area_code < row.area_code + AFTER_DIGITS)
    pressed = Press.unscoped("the devices joined to it are within the reader's areas", Press.device_id)
    return pressed.where(at & where & (Press.outcome == "test")).distinct().alias("tests")


def _asked(scope: AreaScope, row: TestDay, tests: Any, *columns: Any) -> Any:
    """The buttons that were asked, joined to those that were pressed."""
    inside = (Device.area_code >= row.area_code) & (Device.area_code < row.area_code + AFTER_DIGITS)
    was_there = (Device.registered_at < row.ends_at) & (
        (Device.state == ACTIVE) | (Device.ended_at >= row.ends_at)
    )
    query = Device.within(scope, *columns).join(tests, JOIN.LEFT_OUTER, on=(tests.c.device_id == Device.id))
    return query.where(inside & was_there & (Device.kind == "button"))
