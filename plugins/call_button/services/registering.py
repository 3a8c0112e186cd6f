"""Hanging a device up: registered, paired, changed, replaced, revoked; whom to ring besides; its secret."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from peewee import IntegrityError

from core import audit
from core.clock import now
from core.county import county, device_drivers, plugin_settings
from core.db import unit_of_work
from core.devices import LONGEST_SOURCE, DeviceModel
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import HouseholdBrief, check_phone, household_brief, persons_of
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.call_button.device_words import DEVICES, MOST_CONTACTS, RELATIONS
from plugins.call_button.drivers import generic_mqtt, http, sms
from plugins.call_button.errors.devices import DeviceEnded, DeviceTaken, HouseholdOver, NoSecret
from plugins.call_button.meanings import meanings, own_meanings
from plugins.call_button.models.devices import (
    ACTIVE,
    REPLACED,
    REVOKED,
    Device,
    DeviceContact,
    UnknownDevice,
)
from plugins.call_button.queries.contacts import NAME_SEALED, PHONE_SEALED, ContactView, revealed_contacts
from plugins.call_button.queries.devices import PAIRING, device_row
from plugins.call_button.services.readings import SEALED, source_of
from plugins.call_button.services.silence_cases import ENDED, drop_case
from plugins.call_button.settings import CALL, MEANINGS
from plugins.call_button.signing import new_secret

# A signature by HTTP; over MQTT the password with which the device comes to the broker.
_WITH_SECRET = (http.NAME, generic_mqtt.NAME)


@value_class
class Contact:
    """Whom to ring besides: `relation` of `device_words.RELATIONS`."""

    relation: str
    name: str
    phone: str


@value_class
class Hardware:
    """What is screwed to the wall: a driver's name, one of its models, its address there, its serial number.

    `source` empty: of a device that sends by HTTP, a name is made for it.
    """

    driver: str
    model: str
    source: str = ""
    serial: str = ""


@value_class
class NewDevice:
    """A device to be registered. `keys`: key -> meaning, where it differs from the county's."""

    hardware: Hardware
    household_id: int
    place: str = ""
    person_id: int | None = None
    keys: dict[str, str] | None = None
    contacts: Sequence[Contact] = ()


@value_class
class Registered:
    """The id of a device, and its secret if it has one: shown this once."""

    device_id: int
    secret: str = ""


def register_device(actor: Actor, new: NewDevice) -> Registered:
    """Register a device at a household of one's areas.

    Raises Forbidden, NotFound, HouseholdOver, DeviceTaken, Invalid (fields).
    """
    stored = source_of(new.hardware.driver, _address(new.hardware))
    return _register(actor, new, stored)


def pair_device(actor: Actor, stranger_id: int, new: NewDevice) -> Registered:
    """The same for a device that was pressed just now: driver and address are those of the unknown device.

    One that was not pressed within the last ten minutes is not found: whoever pairs stands beside it.
    """
    just_now = UnknownDevice.pressed_at > now() - PAIRING
    found: UnknownDevice | None = UnknownDevice.get_or_none((UnknownDevice.id == stranger_id) & just_now)
    if found is None:
        raise NotFound
    hardware = replace(new.hardware, driver=found.driver, source=found.source)
    return _register(actor, replace(new, hardware=hardware), found.source)


def _register(actor: Actor, new: NewDevice, stored_source: str) -> Registered:
    model = _model(new.hardware)
    with unit_of_work():
        home = _home(actor, new.household_id)
        if new.person_id is not None and new.person_id not in {each.id for each in persons_of(home.id)}:
            raise Invalid(fields={"person_id": [N_("请选择这一户的人。")]})
        row, secret = _insert(
            actor,
            new.hardware,
            model,
            stored_source,
            area_code=home.area_code,
            household_id=home.id,
            person_id=new.person_id,
            place=_text(new.place, "place"),
            keys=_keys(model, new.keys),
        )
        _write_contacts(row.id, new.contacts)
        _record(actor, "call_button.register_device", row, household=home.id, model=row.model)
    return Registered(row.id, secret)


def _insert(
    actor: Actor, hardware: Hardware, model: DeviceModel, source: str, **values: Any
) -> tuple[Device, str]:
    _check_user(hardware.driver, source)
    secret = new_secret() if hardware.driver in _WITH_SECRET else ""
    try:
        with unit_of_work(housekeeping="the deed's line follows"):
            row = Device.create(
                kind=model.kind,
                driver=hardware.driver,
                model=hardware.model,
                source=source,
                serial=_text(hardware.serial, "serial"),
                secret=county().keys.seal(secret, SEALED) if secret else None,
                registered_at=now(),
                registered_by=actor.account_id,
                **values,
            )
    except IntegrityError:
        raise DeviceTaken from None
    UnknownDevice.delete().where(
        (UnknownDevice.driver == hardware.driver) & (UnknownDevice.source == source)
    ).execute()
    return row, secret


def change_device(
    actor: Actor, device_id: int, *, place: str, serial: str = "", keys: dict[str, str] | None = None
) -> None:
    """Change where it hangs, what is printed on it, and what its keys mean.

    Raises Forbidden, NotFound, DeviceEnded, Invalid.
    """
    with unit_of_work():
        row = _working(actor, device_id)
        model = _model(Hardware(row.driver, row.model, row.source))
        changes = {"place": _text(place, "place"), "serial": _text(serial, "serial")}
        Device.update(**changes, keys=_keys(model, keys)).where(Device.id == row.id).execute()
        _record(actor, "call_button.change_device", row, keys=keys or {})


def set_contacts(actor: Actor, device_id: int, contacts: Sequence[Contact]) -> None:
    """Whom to ring besides, in this order, in place of those before. Raises Forbidden, NotFound, DeviceEnded,
    Invalid."""
    with unit_of_work():
        row = _working(actor, device_id)
        DeviceContact.delete().where(DeviceContact.device_id == row.id).execute()
        _write_contacts(row.id, contacts)
        _record(actor, "call_button.set_contacts", row, contacts=len(contacts))


def reveal_contacts(actor: Actor, device_id: int) -> tuple[ContactView, ...]:
    """The contacts in clear; each time leaves a line on record. Raises Forbidden, NotFound."""
    with unit_of_work():
        row = device_row(actor.demand(DEVICES), device_id)
        shown = revealed_contacts(actor.scope(DEVICES), row.id)
        _record(actor, "call_button.reveal_contacts", row)
    return shown


def renew_secret(actor: Actor, device_id: int) -> str:
    """A new secret, shown this once; what is signed with the one before is refused from now on.

    Raises Forbidden, NotFound, DeviceEnded, NoSecret.
    """
    with unit_of_work():
        row = _working(actor, device_id)
        if row.driver not in _WITH_SECRET:
            raise NoSecret
        secret = new_secret()
        Device.update(secret=county().keys.seal(secret, SEALED), sequence=0).where(
            Device.id == row.id
        ).execute()
        _record(actor, "call_button.renew_secret", row)
    return secret


def revoke_device(actor: Actor, device_id: int, *, why: str = "") -> None:
    """From the next message on it rings nowhere; what it still sends is kept as refused.

    Again is the same. Raises Forbidden, NotFound, DeviceEnded (it was replaced).
    """
    with unit_of_work(housekeeping="one that is revoked already changes nothing"):
        row = device_row(actor.demand(DEVICES), device_id)
        if row.state == REVOKED:
            return
        if row.state != ACTIVE:
            raise DeviceEnded
        end_device(actor, row, REVOKED, _text(why, "why", longest=120))


def end_device(actor: Actor, row: Device, state: str, why: str) -> None:
    """Revoked or replaced, within the caller's unit of work: its case is dropped, too."""
    drop_case(row, ENDED)
    Device.update(state=state, ended_at=now(), ended_why=why, silent_since=None, silence_case_id=None).where(
        (Device.id == row.id) & (Device.state == ACTIVE)
    ).execute()
    action = "call_button.revoke_device" if state == REVOKED else "call_button.replace_device"
    _record(actor, action, row)


def replace_device(actor: Actor, device_id: int, hardware: Hardware, *, why: str = "") -> Registered:
    """A new device takes the place of one: household, place, person and contacts stay, and its history.

    Raises Forbidden, NotFound, DeviceEnded, DeviceTaken, Invalid.
    """
    model, stored = _model(hardware), source_of(hardware.driver, _address(hardware))
    with unit_of_work():
        old = _working(actor, device_id)
        end_device(actor, old, REPLACED, _text(why, "why", longest=120))
        same_model = (old.driver, old.model) == (hardware.driver, hardware.model)
        row, secret = _insert(
            actor,
            hardware,
            model,
            stored,
            area_code=old.area_code,
            household_id=old.household_id,
            person_id=old.person_id,
            place=old.place,
            keys=_keys(model, own_meanings(old.keys) if same_model else None),
            replaces=old.id,
        )
        DeviceContact.update(device_id=row.id).where(DeviceContact.device_id == old.id).execute()
        _record(actor, "call_button.register_device", row, household=row.household_id, replaces=old.id)
    return Registered(row.id, secret)


def move_device(actor: Actor, device_id: int, household_id: int, *, place: str = "") -> None:
    """The device hangs in another household's home from now on.

    Raises Forbidden, NotFound, HouseholdOver, DeviceEnded, Invalid.
    """
    with unit_of_work():
        row = _working(actor, device_id)
        home = _home(actor, household_id)
        Device.update(
            area_code=home.area_code, household_id=home.id, person_id=None, place=_text(place, "place")
        ).where(Device.id == row.id).execute()
        _record(actor, "call_button.move_device", row, household=home.id, before=row.household_id)


def _working(actor: Actor, device_id: int) -> Device:
    row = device_row(actor.demand(DEVICES), device_id)
    if row.state != ACTIVE:
        raise DeviceEnded
    return row


def _home(actor: Actor, household_id: int) -> HouseholdBrief:
    found = household_brief(actor.demand(DEVICES), household_id)
    if found is None:
        raise NotFound
    if found.ended_at is not None:
        raise HouseholdOver
    return found


def _model(hardware: Hardware) -> DeviceModel:
    driver = device_drivers().get(hardware.driver)
    if driver is None:
        raise Invalid(fields={"driver": [N_("请选择设备的接入方式。")]})
    model = driver.model(hardware.model)
    if model is None:
        raise Invalid(fields={"model": [N_("请选择设备的型号。")]})
    return model


def _address(hardware: Hardware) -> str:
    """The address as its driver gives it. Raises Invalid."""
    source = cleaned(hardware.source)
    if hardware.driver == http.NAME and not source:
        return f"cb-{new_secret()[:12]}"
    if hardware.driver == sms.NAME:
        return _phone(source, "source")
    if re.fullmatch(r"[0-9A-Fa-f]{16}", source):
        source = source.lower()  # a LoRaWAN address, however it was typed
    if not 1 <= len(source) <= LONGEST_SOURCE or not source.isprintable():
        raise Invalid(fields={"source": [N_("请填写设备编号，最多 120 个字。")]})
    return source


def _check_user(driver: str, source: str) -> None:
    """The name of a device that comes to the broker by itself is its user there. Raises Invalid."""
    broker = plugin_settings("call_button")["broker"]
    if driver == generic_mqtt.NAME and not generic_mqtt.is_user(source, broker):
        sentence = N_(
            "通用 MQTT 设备的编号只能用英文字母、数字、点、横线和下划线，且不能与网关或监听进程的用户名相同。"
        )
        raise Invalid(fields={"source": [sentence]})


def _phone(raw: str, field: str) -> str:
    try:
        return check_phone(raw)
    except Invalid:
        raise Invalid(fields={field: [N_("请填写手机号，或带区号的固定电话。")]}) from None


def _keys(model: DeviceModel, keys: dict[str, str] | None) -> str:
    """As they stand in `Device.keys`. Raises Invalid, also where no key of a button would call."""
    given = {key: meaning for key, meaning in (keys or {}).items() if meaning}
    if model.kind != "button" and not given:
        return ""
    if model.kind != "button" or any(key not in model.keys for key in given):
        raise Invalid(fields={"keys": [N_("这个型号没有这样的键。")]})
    if any(meaning not in MEANINGS for meaning in given.values()):
        raise Invalid(fields={"keys": [N_("请选择键的用途。")]})
    county_word = meanings(model, "", plugin_settings("call_button")["keys"])
    if CALL not in {**county_word, **given}.values():
        raise Invalid(fields={"keys": [N_("至少要有一个键是“呼叫”。")]})
    own = {key: meaning for key, meaning in given.items() if meaning != county_word[key]}
    return json.dumps(own, sort_keys=True) if own else ""


def _text(raw: str, field: str, longest: int = 60) -> str:
    text = cleaned(raw)
    if len(text) > longest:
        raise Invalid(fields={field: [N_("填写的内容过长。")]})
    return text


def _write_contacts(device_id: int, contacts: Sequence[Contact]) -> None:
    if len(contacts) > MOST_CONTACTS:
        raise Invalid(fields={"contacts": [N_("最多 5 位联系人。")]})
    seal = county().keys.seal
    for position, each in enumerate(contacts, 1):
        name = cleaned(each.name)
        if not 1 <= len(name) <= 40 or each.relation not in RELATIONS:
            raise Invalid(fields={"contacts": [N_("请填写每位联系人的姓名和关系。")]})
        DeviceContact.insert(
            device_id=device_id,
            position=position,
            relation=each.relation,
            name=seal(name, NAME_SEALED),
            phone=seal(_phone(each.phone, "contacts"), PHONE_SEALED),
        ).execute()


def _record(actor: Actor, action: str, row: Device, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"call_device:{row.id}", **detail)
