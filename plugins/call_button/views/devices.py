"""Devices for the technician and the village secretary: the list with its lights, one device, refusals."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.errors import DomainError, Forbidden, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import Actor, current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.call_button.device_words import (
    DEVICES,
    KINDS,
    LIGHT_COLOURS,
    LIGHTS,
    MEANING_TITLES,
    RELATIONS,
    STATES,
    VIEW,
)
from plugins.call_button.queries import devices as queries
from plugins.call_button.queries.contacts import contacts_of
from plugins.call_button.queries.refused import list_refused
from plugins.call_button.refusal_words import REASONS
from plugins.call_button.services import registering as services
from plugins.call_button.views import pages

PAGE_SIZE = 50
WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "lights": LIGHTS,
    "colours": LIGHT_COLOURS,
    "meaning_titles": MEANING_TITLES,
    "relations": RELATIONS,
    "states": STATES,
}


class WhyForm(Form):
    """Why."""

    why = Text(120, load_default="")


def on_phone(actor: Actor) -> bool:
    """Whether the actor works on the way: nothing wider than a grid is theirs."""
    return all(len(post.area_code) > 12 for post in actor.posts)


def _chosen(name: str, words: dict[str, Any]) -> str:
    value = request.args.get(name, "")
    return value if value in words else ""


@pages.get("/devices")
@demands(VIEW)
def devices() -> str:
    """The devices of an area, those that need somebody first."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(scope)
    state = request.args.get("state", "active")
    wanted = queries.Wanted(
        area_code=area_code,
        kind=_chosen("kind", WORDS["kinds"]),
        state=state if state in STATES else "active",
        light=_chosen("light", WORDS["lights"]),
        search=request.args.get("q", ""),
    )
    found, total = queries.list_devices(scope, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "call_button/devices.html",
        devices=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        wanted=wanted,
        counts=queries.light_counts(scope),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_register=actor.may(DEVICES),
        on_phone=on_phone(actor),
        **WORDS,
    )


@pages.get("/devices/<int:device_id>")
@demands(VIEW)
def device(device_id: int) -> Any:
    """One device."""
    return device_page(device_id, None)


def device_page(device_id: int, refusal: DomainError | None, **more: Any) -> Any:
    """One device, with what was shown or refused on it."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    view = queries.device(scope, device_id)
    return form_page(
        "call_button/device.html",
        refusal,
        device=view,
        contacts=contacts_of(scope, device_id),
        presses=queries.history(scope, device_id),
        may_change=actor.may(DEVICES, view.area_code),
        on_phone=on_phone(actor),
        **{"shown": None, "secret": "", **more},
        **WORDS,
    )


def done(device_id: int, deed: Any, sentence: str) -> Any:
    """Do something to a device, say so, or show its page with the refusal."""
    try:
        deed()
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return device_page(device_id, refusal)
    flash(say(sentence), "success")
    return redirect(url_for("call_button.device", device_id=device_id), 303)


@pages.post("/devices/<int:device_id>/revoke")
@demands(DEVICES)
@once_per_form
def revoke_device(device_id: int) -> Any:
    """It rings nowhere from now on."""
    actor, why = current_actor(), read_form(WhyForm())["why"]
    return done(
        device_id, lambda: services.revoke_device(actor, device_id, why=why), N_("已停用，立即生效。")
    )


@pages.post("/devices/<int:device_id>/contacts/shown")
@demands(DEVICES)
def reveal_contacts(device_id: int) -> Any:
    """Show the contacts in clear, on this one answer; each time leaves a line on record."""
    return device_page(device_id, None, shown=services.reveal_contacts(current_actor(), device_id))


@pages.post("/devices/<int:device_id>/secret")
@demands(DEVICES)
@once_per_form
def renew_secret(device_id: int) -> Any:
    """A new secret, shown on this one answer."""
    try:
        secret = services.renew_secret(current_actor(), device_id)
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return device_page(device_id, refusal)
    return device_page(device_id, None, secret=secret)


@pages.get("/refused-messages")
@demands(DEVICES)
def refused_messages() -> str:
    """Messages that were not obeyed, newest first."""
    actor, why = current_actor(), _chosen("why", dict(REASONS))
    found, total = list_refused(actor.demand(DEVICES), why=why, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "call_button/refused.html",
        messages=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        why=why,
        reasons=REASONS,
        on_phone=on_phone(actor),
    )
