"""Devices for who hangs them up and looks after them: lists with lights, one device, strangers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, Case, fn

from core.areas.api import area_names
from core.clock import now
from core.county import device_drivers, plugin_settings
from core.db import begins, rows
from core.errors import NotFound
from core.people.api import household_head_name, is_deserted, left_among, members_of
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.call_button.device_words import NEVER, OFFLINE, SILENT, WEAK, WELL
from plugins.call_button.models.calls import Press
from plugins.call_button.models.devices import (
    ACTIVE,
    Device,
    UnknownDevice,
)
from plugins.call_button.queries.contacts import with_contacts_left
from plugins.call_button.queries.device_keys import meanings_of, model_of

# How long after a press a stranger is offered for pairing.
PAIRING = timedelta(minutes=10)
_CHAIN = 20


@value_class
class DeviceView:
    """A device; `light` of `device_words.LIGHTS`, `meanings` key -> meaning, `source` as its driver says.

    `holder_left`, `contact_left`: whom to expect, or all of the home; somebody to be rung besides.
    """

    id: int
    area_code: str
    area_name: str
    household_id: int
    head_name: str
    person_id: int | None
    kind: str
    driver: str
    driver_title: str
    model: str
    model_title: str
    source: str
    serial: str
    place: str
    state: str
    light: str
    meanings: dict[str, str]
    has_secret: bool
    holder_left: bool
    contact_left: bool
    registered_at: datetime
    ended_at: datetime | None
    ended_why: str
    seen_at: datetime | None
    battery: int | None
    link: int | None
    online: bool | None
    tested_at: datetime | None
    silent_since: datetime | None
    case_id: int | None
    replaces: int | None


@value_class
class PressLine:
    """A press of a device, or of one that hung there before it."""

    id: int
    at: datetime
    key: str
    gesture: str
    meaning: str
    outcome: str
    call_id: int | None


@value_class
class Wanted:
    """Which devices; what is empty does not count. `search`: the beginning of a serial number or address."""

    area_code: str = ""
    kind: str = ""
    state: str = ACTIVE
    light: str = ""
    household_id: int | None = None
    search: str = ""


def device_row(scope: AreaScope, device_id: int) -> Device:
    """A device of one's areas. Raises NotFound."""
    row: Device | None = Device.within(scope).where(Device.id == device_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def device(scope: AreaScope, device_id: int) -> DeviceView:
    """One device. Raises NotFound."""
    return views(scope, [device_row(scope, device_id)])[0]


def list_devices(
    scope: AreaScope, wanted: Wanted, *, page: int = 1, page_size: int = 50
) -> tuple[list[DeviceView], int]:
    """Devices of one's areas, those that need somebody first; how many."""
    query = _wanted(scope, wanted)
    ordered = query.order_by(_light_order(), Device.area_code, Device.id)
    return views(scope, list(ordered.paginate(page, page_size))), query.count()


def light_counts(scope: AreaScope) -> dict[str, int]:
    """Light -> how many working devices of one's areas burn so."""
    # Grouped by its name: PostgreSQL takes the same expression with other parameters for another one.
    counted = Device.within(scope, _light().alias("burns"), fn.COUNT(Device.id))
    found = counted.where(Device.state == ACTIVE).group_by(SQL("burns"))
    counts = dict.fromkeys((SILENT, OFFLINE, WEAK, NEVER, WELL), 0)
    counts.update((str(name), int(count)) for name, count in rows(found))
    return counts


def _light() -> Any:
    return Case(None, [(condition, name) for name, condition in _light_conditions()], WELL)


def _light_order() -> Any:
    places = [(condition, place) for place, (_, condition) in enumerate(_light_conditions())]
    return Case(None, places, len(places))


def _light_conditions() -> Sequence[tuple[str, Any]]:
    low = plugin_settings("call_button")["battery_low_percent"]
    return (
        (SILENT, Device.silent_since.is_null(False)),
        # Spelled out: `online = false` is not `NOT online` on every database.
        (OFFLINE, Device.online == False),  # noqa: E712
        (WEAK, Device.battery <= low),
        (NEVER, Device.seen_at.is_null()),
    )


def light_of(row: Device) -> str:
    """The same of a row that was read."""
    if row.silent_since is not None:
        return SILENT
    if row.online is False:
        return OFFLINE
    if row.battery is not None and row.battery <= plugin_settings("call_button")["battery_low_percent"]:
        return WEAK
    return NEVER if row.seen_at is None else WELL


def _wanted(scope: AreaScope, wanted: Wanted) -> Any:
    query = Device.within(scope)
    if wanted.area_code:
        inside = (Device.area_code >= wanted.area_code) & (Device.area_code < wanted.area_code + AFTER_DIGITS)
        query = query.where(inside)
    if wanted.kind:
        query = query.where(Device.kind == wanted.kind)
    if wanted.state:
        query = query.where(Device.state == wanted.state)
    if wanted.light:
        query = query.where(_light() == wanted.light)
    if wanted.household_id is not None:
        query = query.where(Device.household_id == wanted.household_id)
    if text := wanted.search.strip()[:60]:
        query = query.where(begins(Device.serial, text) | begins(Device.source, text))
    return query


def views(scope: AreaScope, found: Sequence[Device]) -> list[DeviceView]:
    """Rows of one's areas as they are shown."""
    names = area_names(row.area_code for row in found)
    heads = household_head_name(row.household_id for row in found)
    left = left_among(row.person_id for row in found if row.person_id is not None)
    lived_in = members_of(row.household_id for row in found)
    without_contact = with_contacts_left(scope, found)
    drivers = device_drivers()
    shown = []
    for row in found:
        model = model_of(row.driver, row.model)
        shown.append(
            DeviceView(
                id=row.id,
                area_code=row.area_code,
                area_name=names.get(row.area_code, row.area_code),
                household_id=row.household_id,
                head_name=heads.get(row.household_id, ""),
                person_id=row.person_id,
                kind=row.kind,
                driver=row.driver,
                driver_title=drivers[row.driver].title if row.driver in drivers else row.driver,
                model=row.model,
                model_title=model.title if model else row.model,
                source=row.source,
                serial=row.serial,
                place=row.place,
                state=row.state,
                light=light_of(row),
                meanings=meanings_of(row),
                has_secret=row.secret is not None,
                holder_left=row.person_id in left
                or (row.household_id not in lived_in and is_deserted(row.household_id)),
                contact_left=row.id in without_contact,
                registered_at=row.registered_at,
                ended_at=row.ended_at,
                ended_why=row.ended_why,
                seen_at=row.seen_at,
                battery=row.battery,
                link=row.link,
                online=row.online,
                tested_at=row.tested_at,
                silent_since=row.silent_since,
                case_id=row.silence_case_id,
                replaces=row.replaces,
            )
        )
    return shown


def history(scope: AreaScope, device_id: int, limit: int = 30) -> list[PressLine]:
    """The newest presses of a device and of those that it replaced. Raises NotFound."""
    row = device_row(scope, device_id)
    chain = [row.id]
    while row.replaces is not None and len(chain) < _CHAIN:
        before = Device.within(scope).where(Device.id == row.replaces).get_or_none()
        if before is None:
            break
        row = before
        chain.append(row.id)
    found = Press.within(scope).where(Press.device_id.in_(chain)).order_by(Press.received_at.desc())
    return [
        PressLine(
            press.id, press.received_at, press.key, press.gesture, press.meaning, press.outcome, press.call_id
        )
        for press in found.limit(limit)
    ]


@value_class
class Stranger:
    """A device nobody knows that was pressed just now."""

    id: int
    driver: str
    driver_title: str
    source: str
    model: str
    last_key: str
    presses: int
    pressed_at: datetime


def strangers(limit: int = 50) -> list[Stranger]:
    """Unknown devices that were pressed within the last ten minutes, newest first.

    They belong to no area yet: whoever may register devices sees all of them.
    """
    since, drivers = now() - PAIRING, device_drivers()
    found = UnknownDevice.select().where(UnknownDevice.pressed_at > since)
    return [
        Stranger(
            row.id,
            row.driver,
            drivers[row.driver].title if row.driver in drivers else row.driver,
            row.source,
            row.model,
            row.last_key,
            row.presses,
            row.pressed_at,
        )
        for row in found.order_by(UnknownDevice.pressed_at.desc()).limit(limit)
    ]
