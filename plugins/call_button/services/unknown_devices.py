"""Addresses that were heard of and belong to no device."""

from datetime import timedelta

from peewee import fn

from core.clock import now
from core.db import Statement, milliseconds, unit_of_work
from core.devices import DeviceInput, Reading
from plugins.call_button.models.devices import UnknownDevice

# Who invents addresses fills no disk and hides nobody: beyond this, the one that was unheard of longest goes.
MOST = 5_000
KEPT_DAYS = 30

# What it once said of itself stays, though not every message says it.
_HEARD = Statement(
    lambda p: UnknownDevice.update(
        last_at=p("at"), model=fn.COALESCE(fn.NULLIF(p("model"), ""), UnknownDevice.model)
    ).where((UnknownDevice.driver == p("driver")) & (UnknownDevice.source == p("source")))
)
_PRESSED = Statement(
    lambda p: UnknownDevice.update(
        last_at=p("at"),
        model=fn.COALESCE(fn.NULLIF(p("model"), ""), UnknownDevice.model),
        pressed_at=p("at"),
        last_key=p("key"),
        presses=UnknownDevice.presses + 1,
    ).where((UnknownDevice.driver == p("driver")) & (UnknownDevice.source == p("source")))
)


def note_unknown(message: DeviceInput, driver: str, source: str, reading: Reading) -> None:
    """Note that somebody nobody knows was heard of, within the caller's unit of work.

    What the broker had kept is no press: whoever stands beside the device presses now.
    """
    at, model = milliseconds(message.received_at), reading.model[:60]
    pressed = bool(reading.key) and not message.retained
    if pressed:
        known = _PRESSED.run(at=at, model=model, key=reading.key[:40], driver=driver, source=source)
    else:
        known = _HEARD.run(at=at, model=model, driver=driver, source=source)
    if known:
        return
    if UnknownDevice.select().count() >= MOST:
        oldest = UnknownDevice.select(UnknownDevice.id).order_by(UnknownDevice.last_at, UnknownDevice.id)
        UnknownDevice.delete().where(UnknownDevice.id.in_(oldest.limit(1))).execute()
    UnknownDevice.insert(
        driver=driver,
        source=source,
        model=model,
        last_key=reading.key[:40] if pressed else "",
        presses=int(pressed),
        first_at=at,
        last_at=at,
        pressed_at=at if pressed else None,
    ).execute()


def forget_unknown() -> int:
    """Delete those that nothing was heard of for 30 days; returns how many."""
    with unit_of_work(housekeeping="unknown devices are kept for 30 days"):
        limit = now() - timedelta(days=KEPT_DAYS)
        return int(UnknownDevice.delete().where(UnknownDevice.last_at < limit).execute())
