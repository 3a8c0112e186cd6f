"""Every message of a device comes in here: by MQTT, HTTP, SMS, from the simulator or from a file.

A message is stored before whoever brought it is told that it came. Drivers read beforehand; then one unit of
work takes all of a batch, each message in a savepoint of its own, so that one that cannot be stored
harms no other. Only where the database itself cannot store anything is nothing taken at all.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from peewee import fn

from core import audit
from core.clock import now
from core.county import county, device_drivers, plugin_settings
from core.db import Statement, is_outage, milliseconds, unit_of_work
from core.devices import DeviceDriver, DeviceInput, Reading, Unreadable
from core.errors import Invalid
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.call_button import refusal_words as words
from plugins.call_button.device_words import PRESS
from plugins.call_button.drivers import http, sms
from plugins.call_button.errors.devices import DeviceEnded
from plugins.call_button.meanings import ALARM
from plugins.call_button.models.calls import Call, Press
from plugins.call_button.models.devices import ACTIVE, Device
from plugins.call_button.queries.device_keys import meanings_of, model_of
from plugins.call_button.queries.devices import device_row
from plugins.call_button.services import drills
from plugins.call_button.services.press_clocks import is_right
from plugins.call_button.services.presses import store_press
from plugins.call_button.services.refusals import keep_refused
from plugins.call_button.services.same_press import Packet, is_stored, packet_of
from plugins.call_button.services.unknown_devices import note_unknown
from plugins.call_button.settings import CALL
from plugins.call_button.signing import is_genuine

log = logging.getLogger(__name__)

PRESSED, REPEATED, HEARD, UNKNOWN, REFUSED = "pressed", "repeated", "heard", "unknown", "refused"
SEALED: Final = "call_button_secret"
_HEARD = "devices were heard of"
_LOOKED_UP = "a message is looked up by its sender, wherever the device hangs"
# A driver that gives more than this out of one message has lost its way.
_MOST_READINGS = 50
_MINUTE = timedelta(minutes=1)
# A sensor that has said "smoke" for so long without saying that it is over is heard again.
_STILL_ALARMED = timedelta(minutes=10)


@value_class
class Outcome:
    """What became of one reading: `kind` pressed (new), repeated (the same press again), heard (no press),
    unknown (not paired) or refused; `why` is a code of `refusal_words.REASONS`."""

    kind: str
    device_id: int | None = None
    press_id: int | None = None
    call_id: int | None = None
    why: str = ""


@value_class
class _Refusal:
    why: str
    detail: str = ""


_Read = tuple[Reading, ...] | _Refusal

_DEVICE = Statement(
    lambda p: Device.unscoped(_LOOKED_UP).where(
        (Device.driver == p("driver")) & (Device.source == p("source")) & (Device.state == ACTIVE)
    )
)
_ENDED = Statement(
    lambda p: (
        Device.unscoped(_LOOKED_UP, Device.id)
        .where((Device.driver == p("driver")) & (Device.source == p("source")))
        .order_by(Device.id.desc())
        .limit(1)
    )
)
_NOW_HEARD = Statement(
    lambda p: Device.update(
        seen_at=p("at"),
        clock_right_at=p("right_at"),
        battery=p("battery"),
        link=p("link"),
        online=p("online"),
        silent_since=None,
    ).where(Device.id == p("id"))
)
_GATEWAY_SAYS = Statement(lambda p: Device.update(online=p("online")).where(Device.id == p("id")))
_NUMBERED = Statement(
    lambda p: Device.update(sequence=p("number")).where(
        (Device.id == p("id")) & (Device.sequence < p("number"))
    )
)
_ALARM = Statement(lambda p: Device.update(alarm=p("key"), alarm_at=p("at")).where(Device.id == p("id")))
_PRESSES = Statement(
    lambda p: Press.unscoped("how often one device was pressed", fn.COUNT(Press.id)).where(
        (Press.device_id == p("device_id")) & (Press.received_at > p("since")) & (Press.key == p("key"))
    )
)

_OPEN_CALL = Statement(
    lambda p: Call.unscoped("whether one device has a call under way", Call.id).where(
        (Call.device_id == p("device_id")) & Call.ended_at.is_null()
    )
)


def take(driver: str, message: DeviceInput) -> list[Outcome]:
    """One message; what became of each thing it says (nothing: it says nothing that matters).

    Raises what the database raises when it cannot store (`core.db.is_outage`).
    """
    return take_all([(driver, message)])


def take_all(batch: Sequence[tuple[str, DeviceInput]]) -> list[Outcome]:
    """A batch of (driver, message) in one unit of work, in their order.

    Raises what the database raises when it cannot store (busy, outage, disk full); nothing of the batch is
    stored then, and whoever brought it has to bring it again. Nothing else is ever raised.
    """
    if not batch:
        return []
    read = [_read(driver, message) for driver, message in batch]
    outcomes: list[Outcome] = []
    with unit_of_work(housekeeping=_HEARD):
        for (driver, message), said in zip(batch, read, strict=True):
            outcomes += _take_one(driver, message, said)
    return outcomes


def press_for(actor: Actor, device_id: int, key: str, gesture: str, number: str) -> Outcome:
    """A press that an account makes for a device, on the record; the same number is the same press.

    Raises Forbidden, NotFound, DeviceEnded, Invalid.
    """
    with unit_of_work():
        device = device_row(actor.demand(PRESS), device_id)
        if device.state != ACTIVE:
            raise DeviceEnded
        model = model_of(device.driver, device.model)
        if not key or (model is not None and key not in model.keys):
            raise Invalid(fields={"key": [N_("这个设备没有这样的键。")]})
        digest = hashlib.sha256(number.encode()).hexdigest()[:32]
        reading = Reading(device.source, key, gesture, message_id=f"account:{actor.account_id}:{digest}")
        outcome = _press(device, reading, now())
        audit.record(
            actor,
            "call_button.press_for",
            area_code=device.area_code,
            subject=f"call_device:{device.id}",
            key=key,
            press=outcome.press_id,
        )
    return outcome


def source_of(driver: str, source: str) -> str:
    """How a sender's address stands in the tables: a telephone number only as a keyed hash and its end."""
    if driver != sms.NAME:
        return source
    return f"{county().keys.blind_index(source, 'call_button_sms').hex()}-{source[-4:]}"


def _read(name: str, message: DeviceInput) -> _Read:
    driver = device_drivers().get(name)
    if driver is None:
        return _Refusal(words.NO_DRIVER, name)
    try:
        found = tuple(islice(driver.read(message), _MOST_READINGS))
    except Unreadable as error:
        return _Refusal(words.UNREADABLE, str(error))
    except Exception as error:
        # A driver may come from anybody; what it breaks on is kept, and the next message is read.
        log.exception("the driver %s failed", name)
        return _Refusal(words.UNREADABLE, type(error).__name__)
    if not all(isinstance(reading, Reading) for reading in found):
        return _Refusal(words.UNREADABLE, "no reading")
    return found


def _take_one(driver: str, message: DeviceInput, said: _Read) -> list[Outcome]:
    try:
        with unit_of_work(housekeeping=_HEARD):
            if isinstance(said, _Refusal):
                return [_refuse(driver, message, said)]
            return [_take_reading(driver, message, reading) for reading in said]
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("a message of %s could not be stored", driver)
        failed = _Refusal(words.FAILED, type(error).__name__)
    with unit_of_work(housekeeping=_HEARD):
        return [_refuse(driver, message, failed)]


def _refuse(
    driver: str, message: DeviceInput, refusal: _Refusal, source: str = "", device_id: int | None = None
) -> Outcome:
    if driver == sms.NAME:
        message = DeviceInput(f"…{message.topic[-4:]}", message.payload, message.received_at)
    keep_refused(message, driver, refusal.why, source=source, detail=refusal.detail)
    return Outcome(REFUSED, device_id, why=refusal.why)


def _take_reading(name: str, message: DeviceInput, reading: Reading) -> Outcome:
    source, at = source_of(name, reading.source), message.received_at
    device = _DEVICE.get(driver=name, source=source)
    if device is None:
        return _take_stranger(name, message, source, reading)
    driver = device_drivers()[name]
    refusal = _proven(name, message, device) or _fit(driver, message, device, reading)
    if refusal is not None:
        return _refuse(name, message, refusal, source, device.id)
    _note_heard(device, message, reading)
    if not reading.key or message.retained or not _is_news(driver, device, reading, at):
        return Outcome(HEARD, device.id)
    if _too_many(device, reading, at):
        return _refuse(name, message, _Refusal(words.TOO_MANY, reading.key), source, device.id)
    return _press(device, reading, at, packet_of(device, reading, message))


def _press(device: Device, reading: Reading, at: datetime, packet: Packet | None = None) -> Outcome:
    # Smoke and a fall are never tried out by whoever lives there: they ring on every day.
    if device.kind == "button" and drills.is_test(device.area_code, at):
        press_id, is_new = drills.store_test(device, reading, at, packet)
        return Outcome(PRESSED if is_new else REPEATED, device.id, press_id)
    press, is_new = store_press(device, reading, at, packet)
    return Outcome(PRESSED if is_new else REPEATED, device.id, press.id, press.call_id)


def _take_stranger(name: str, message: DeviceInput, source: str, reading: Reading) -> Outcome:
    ended = _ENDED.first(driver=name, source=source)
    if ended is None and name == http.NAME:
        # Who signs was registered first: there is nothing to pair, and anybody can send this.
        return _refuse(name, message, _Refusal(words.NOT_REGISTERED), source)
    if ended is None:
        note_unknown(message, name, source, reading)
        return Outcome(UNKNOWN)
    if reading.key and not message.retained:
        # Whoever presses a revoked device may need help all the same: it stands in the list.
        return _refuse(name, message, _Refusal(words.REVOKED, reading.key), source, int(ended[0]))
    return Outcome(REFUSED, int(ended[0]), why=words.REVOKED)


def _proven(name: str, message: DeviceInput, device: Device) -> _Refusal | None:
    """Why a signed message is not believed. A number that was used before is the same message again."""
    if name != http.NAME:
        return None
    found = http.envelope(message)
    if device.secret is None or not found.signature:
        return _Refusal(words.UNSIGNED)
    if not is_genuine(county().keys.unseal(bytes(device.secret), SEALED), found.text, found.signature):
        return _Refusal(words.FORGED)
    window = timedelta(seconds=plugin_settings("call_button")["signature_seconds"])
    if abs(message.received_at - found.at) > window:
        return _Refusal(words.TOO_OLD, found.at.isoformat())
    if _NUMBERED.run(id=device.id, number=found.sequence) or _is_same_again(device, found):
        return None
    return _Refusal(words.REPLAYED, str(found.sequence))


def _is_same_again(device: Device, found: http.Envelope) -> bool:
    """Whether the device sends the very same message again; without a key it does nothing."""
    is_last = found.sequence == device.sequence
    return is_last and (not found.reading.key or is_stored(device, found.reading))


def _fit(driver: DeviceDriver, message: DeviceInput, device: Device, reading: Reading) -> _Refusal | None:
    if not reading.key:
        return None
    model = driver.model(device.model)
    if model is not None and reading.key not in model.keys:
        return _Refusal(words.UNKNOWN_KEY, reading.key)
    # What a sensor's broker had kept is how it stands, and no news; a kept press is an old one.
    if message.retained and device.kind == "button":
        return _Refusal(words.RETAINED, reading.key)
    return None


def _note_heard(device: Device, message: DeviceInput, reading: Reading) -> None:
    """What the broker had kept, and what a gateway says of a device, is not heard from it."""
    if message.retained or _is_of_gateway(reading):
        if reading.online is not None and reading.online != device.online:
            _GATEWAY_SAYS.run(id=device.id, online=reading.online)
        return
    told_at = reading.heard_at or reading.at
    right_at = device.clock_right_at
    if told_at is not None and is_right(told_at, message.received_at):
        right_at = message.received_at
    heard_at = min(message.received_at, reading.heard_at or message.received_at)
    _NOW_HEARD.run(
        id=device.id,
        at=milliseconds(max(heard_at, device.seen_at or heard_at)),
        right_at=None if right_at is None else milliseconds(right_at),
        battery=device.battery if reading.battery is None else reading.battery,
        link=device.link if reading.link is None else reading.link,
        online=True if reading.online is None else reading.online,
    )


def _is_of_gateway(reading: Reading) -> bool:
    silent = reading.battery is None and reading.link is None and not reading.message_id and not reading.key
    return silent and reading.online is not None


def _is_news(driver: DeviceDriver, device: Device, reading: Reading, at: datetime) -> bool:
    """Whether a press is one: a sensor repeats its state with everything it says."""
    if device.kind == "button":
        return True
    model = driver.model(device.model)
    is_calm = model is not None and reading.key in model.calm
    if is_calm:
        if device.alarm:
            _ALARM.run(id=device.id, key="", at=milliseconds(at))
        return False
    is_old = device.alarm_at is None or at - device.alarm_at > _STILL_ALARMED
    if device.alarm == reading.key and (device.kind == "door" or not is_old):
        return False
    _ALARM.run(id=device.id, key=reading.key, at=milliseconds(at))
    return True


def _too_many(device: Device, reading: Reading, at: datetime) -> bool:
    """Whether one key was pressed so often within a minute that more of it only counts.

    By key: whoever leans on a thumb can still call. A press that would begin a call is never too much.
    """
    since = milliseconds(at - _MINUTE)
    (count,) = _PRESSES.first(device_id=device.id, since=since, key=reading.key) or (0,)
    if count < plugin_settings("call_button")["presses_per_minute"]:
        return False
    calls = meanings_of(device).get(reading.key, CALL) in (CALL, ALARM)
    return not calls or _OPEN_CALL.first(device_id=device.id) is not None
