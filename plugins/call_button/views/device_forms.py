"""Hanging devices up: the pairing page, the form, changing, contacts, replacing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import EXCLUDE

from core.access import demands
from core.county import device_drivers
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.fields import Id, Text
from core.forms import Form, form_page
from core.people.api import find_households, household_brief, persons_of
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from plugins.call_button.device_words import DEVICES, MOST_CONTACTS
from plugins.call_button.queries import devices as queries
from plugins.call_button.services import registering as services
from plugins.call_button.views import pages
from plugins.call_button.views.devices import WORDS, device_page, done, on_phone

_FOUND_AT_MOST = 12


class HardwareForm(Form):
    """What is screwed to the wall; `model` is `driver model`, as one choice."""

    model = Text(150, load_default="")
    source = Text(120, load_default="")
    serial = Text(60, load_default="")


class DeviceForm(HardwareForm):
    """A device at a household; the lines of its contacts are read by themselves."""

    class Meta:
        unknown = EXCLUDE

    household_id = Id(load_default=0)
    person_id = Id(load_default=None, allow_none=True)
    unknown_id = Id(load_default=None, allow_none=True)
    place = Text(60, load_default="")


class PlaceForm(Form):
    """Where it hangs and what is printed on it; its keys are read by themselves."""

    class Meta:
        unknown = EXCLUDE

    place = Text(60, load_default="")
    serial = Text(60, load_default="")


class ReplaceForm(HardwareForm):
    """What takes its place."""

    why = Text(120, load_default="")


class MoveForm(Form):
    """Where to."""

    household_id = Id(required=True)
    place = Text(60, load_default="")


def _models() -> list[tuple[str, str]]:
    """`driver model` -> title, of all models of all drivers."""
    return [
        (f"{driver.name} {model.name}", f"{say(model.title)} · {say(driver.title)}")
        for driver in device_drivers().values()
        for model in driver.models
    ]


def _hardware(form: dict[str, Any]) -> services.Hardware:
    driver, _, model = form["model"].partition(" ")
    return services.Hardware(driver, model, form["source"], form["serial"])


@pages.get("/devices/pair")
@demands(DEVICES)
def pair_devices() -> str:
    """Press a key now: devices nobody knows that were pressed just now. It refreshes by itself."""
    whole = "call_button/pairing.html"
    template = "call_button/_strangers.html" if request.headers.get("HX-Request") else whole
    return render_template(
        template,
        strangers=queries.strangers(),
        household_id=request.args.get("household", ""),
        on_phone=on_phone(current_actor()),
    )


@pages.get("/devices/new")
@demands(DEVICES)
def new_device() -> Any:
    """Which device, where, and at whose home."""
    return _form(None)


def _form(refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(DEVICES)
    asked = request.values
    unknown = asked.get("unknown_id") or asked.get("unknown", "")
    stranger = next((each for each in queries.strangers() if str(each.id) == unknown), None)
    raw_home = asked.get("household_id") or asked.get("household", "")
    home = household_brief(scope, int(raw_home)) if raw_home.isascii() and raw_home.isdigit() else None
    text = asked.get("q", "").strip()
    models = _models()
    if stranger is not None:
        models = [each for each in models if each[0].startswith(f"{stranger.driver} ")]
    return form_page(
        "call_button/device_form.html",
        refusal,
        models=models,
        stranger=stranger,
        home=home,
        persons=persons_of(home.id) if home else [],
        q=text,
        found=find_households(scope, text, _FOUND_AT_MOST) if text and not home else [],
        on_phone=on_phone(actor),
        **WORDS,
    )


@pages.post("/devices/new")
@demands(DEVICES)
@once_per_form
def register_device() -> Any:
    """Hang it up. A secret is shown on this one answer."""
    actor = current_actor()
    try:
        form = read_form(DeviceForm())
        new = services.NewDevice(
            _hardware(form), form["household_id"], form["place"], form["person_id"], contacts=_contacts()
        )
        if form["unknown_id"] is not None:
            registered = services.pair_device(actor, form["unknown_id"], new)
        else:
            registered = services.register_device(actor, new)
    except Forbidden:
        raise
    except DomainError as refusal:
        return _form(refusal)
    return _shown(registered)


def _shown(registered: services.Registered) -> Any:
    if registered.secret:
        return device_page(registered.device_id, None, secret=registered.secret)
    flash(say(N_("已登记。请按一下绿键试一试。")), "success")
    return redirect(url_for("call_button.device", device_id=registered.device_id), 303)


def _contacts() -> list[services.Contact]:
    """The lines of the form that say something."""
    lines = (
        [request.form.get(f"{name}_{place}", "").strip() for name in ("relation", "name", "phone")]
        for place in range(1, MOST_CONTACTS + 1)
    )
    return [
        services.Contact(relation or "other", name, phone) for relation, name, phone in lines if name or phone
    ]


@pages.post("/devices/<int:device_id>/contacts")
@demands(DEVICES)
@once_per_form
def set_contacts(device_id: int) -> Any:
    """Whom to ring besides."""
    actor = current_actor()
    return done(device_id, lambda: services.set_contacts(actor, device_id, _contacts()), N_("联系人已保存。"))


@pages.post("/devices/<int:device_id>/change")
@demands(DEVICES)
@once_per_form
def change_device(device_id: int) -> Any:
    """Place, serial number, keys."""
    actor = current_actor()
    keys = {
        name.removeprefix("key_"): value for name, value in request.form.items() if name.startswith("key_")
    }
    if any(len(name) > 40 for name in keys):
        raise Invalid
    return done(
        device_id,
        lambda: services.change_device(actor, device_id, **read_form(PlaceForm()), keys=keys),
        N_("已保存。"),
    )


@pages.get("/devices/<int:device_id>/replace")
@demands(DEVICES)
def replacement(device_id: int) -> Any:
    """What takes its place."""
    return _replacement(device_id, None)


def _replacement(device_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    return form_page(
        "call_button/replace.html",
        refusal,
        device=queries.device(actor.demand(DEVICES), device_id),
        models=_models(),
        on_phone=on_phone(actor),
    )


@pages.post("/devices/<int:device_id>/replace")
@demands(DEVICES)
@once_per_form
def replace_device(device_id: int) -> Any:
    """Put it there."""
    actor = current_actor()
    try:
        form = read_form(ReplaceForm())
        registered = services.replace_device(actor, device_id, _hardware(form), why=form["why"])
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _replacement(device_id, refusal)
    return _shown(registered)


@pages.get("/devices/<int:device_id>/move")
@demands(DEVICES)
def moving(device_id: int) -> Any:
    """In whose home it hangs from now on."""
    return _moving(device_id, None)


def _moving(device_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(DEVICES)
    text = request.values.get("q", "").strip()
    return form_page(
        "call_button/move.html",
        refusal,
        device=queries.device(scope, device_id),
        q=text,
        found=find_households(scope, text, _FOUND_AT_MOST) if text else [],
        on_phone=on_phone(actor),
    )


@pages.post("/devices/<int:device_id>/move")
@demands(DEVICES)
@once_per_form
def move_device(device_id: int) -> Any:
    """It hangs there."""
    actor = current_actor()
    try:
        services.move_device(actor, device_id, **read_form(MoveForm()))
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _moving(device_id, refusal)
    flash(say(N_("已移到另一户。")), "success")
    return redirect(url_for("call_button.device", device_id=device_id), 303)
