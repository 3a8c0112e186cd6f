"""Devices that are not heard of: flagged after their model's interval, each with a case while that lasts."""

from typing import Any

from peewee import fn

from core.clock import now
from core.county import plugin_settings
from core.db import milliseconds, rows, unit_of_work
from plugins.call_button.models.devices import ACTIVE, Device
from plugins.call_button.queries.device_keys import is_deaf, silent_after
from plugins.call_button.services.refusals import forget_refused
from plugins.call_button.services.same_press import forget_deliveries
from plugins.call_button.services.silence_cases import WELL_AGAIN, drop_case, file_case
from plugins.call_button.services.unknown_devices import forget_unknown

_ALL = "whoever is not heard of is looked for in the whole county"
# Cases filed and dropped in one run of the job; the rest waits for the next one.
_AT_ONCE = 200
# A battery that is weak must rise by so much before it counts as changed: it goes up and down with the cold.
_RECOVERY_PERCENT = 5


def watch_devices() -> int:
    """The job: flag who is silent, file and drop cases; returns how many were flagged."""
    flagged = flag_silent()
    file_cases()
    drop_cases()
    return flagged


def forget_old() -> None:
    """The nightly job: refused messages and unknown devices are kept for 30 days, deliveries for one."""
    forget_refused()
    forget_unknown()
    forget_deliveries()


def flag_silent() -> int:
    """Say of each device that was not heard of for its model's interval that it is unavailable.

    One statement a model. A device that was never heard of counts from its registration. Nobody is flagged
    while nothing at all is heard.
    """
    if is_deaf():
        return 0
    at, flagged = now(), 0
    with unit_of_work(housekeeping="who is not heard of is flagged"):
        models = Device.unscoped(_ALL, Device.driver, Device.model).where(Device.state == ACTIVE)
        for driver, model in list(rows(models.distinct())):
            after = silent_after(driver, model)
            if after is None:
                continue
            last = fn.COALESCE(Device.seen_at, Device.registered_at)
            of_model = (Device.driver == driver) & (Device.model == model) & (Device.state == ACTIVE)
            silent = of_model & Device.silent_since.is_null() & (last < milliseconds(at - after))
            flagged += int(Device.update(silent_since=at).where(silent).execute())
    return flagged


def file_cases() -> int:
    """A case for each device that is silent or weak and has none; returns how many were filed."""
    wanting = Device.silence_case_id.is_null() & (Device.silent_since.is_null(False) | _is_weak(0))
    filed = 0
    for row in _some(wanting):
        with unit_of_work(housekeeping="a county that takes no such case files none"):
            case_id = file_case(row)
            if case_id is not None:
                Device.update(silence_case_id=case_id).where(Device.id == row.id).execute()
                filed += 1
    return filed


def drop_cases() -> int:
    """Whoever is heard of again and strong enough needs nobody; returns how many."""
    well = Device.silence_case_id.is_null(False) & Device.silent_since.is_null()
    found = _some(well & (Device.battery.is_null() | ~_is_weak(_RECOVERY_PERCENT)))
    for row in found:
        with unit_of_work(housekeeping="a case that somebody has answered stays as it is"):
            drop_case(row, WELL_AGAIN)
            Device.update(silence_case_id=None).where(Device.id == row.id).execute()
    return len(found)


def _is_weak(more: int) -> Any:
    return Device.battery <= plugin_settings("call_button")["battery_low_percent"] + more


def _some(condition: Any) -> list[Device]:
    found = Device.unscoped(_ALL).where((Device.state == ACTIVE) & condition)
    return list(found.order_by(Device.id).limit(_AT_ONCE))
