"""Four keys: to print for the wall, as a poster, and as big keys on a page for trials and training."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands, signed_in
from core.areas.choices import chosen_area, way_up, ways_down
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from plugins.call_button.device_words import DEVICES, MEANING_TITLES, VIEW
from plugins.call_button.queries import key_cards as cards
from plugins.call_button.queries import simulator as queries
from plugins.call_button.services import simulator as services
from plugins.call_button.services.readings import HEARD, PRESSED, REFUSED, REPEATED, UNKNOWN
from plugins.call_button.views import pages
from plugins.call_button.views.board import silences

# What the keys are for, in an old person's words.
HINTS = {
    "call": N_("有事就按，村书记马上知道"),
    "cancel": N_("按错了，按它挂断"),
    "satisfied": N_("事情办好了，满意"),
    "dissatisfied": N_("没办好，不满意"),
}
SAID = {
    PRESSED: N_("已按下。"),
    REPEATED: N_("同一次按键，没有重复呼叫。"),
    HEARD: N_("已收到，没有按键。"),
    UNKNOWN: N_("已按下；这个呼叫器还没有登记，可以在“呼叫器”里绑定。"),
    REFUSED: N_("没有接受这次按键，请看“未采纳的消息”。"),
}
NOTHING_DONE = N_("已按下，但没有作用：有人接听以后按“满意”或“不满意”才算评价，正在呼叫时按“挂断”才会取消。")
SIZES = ("a4", "a5")


class PressForm(Form):
    """A key that is pressed; `source`: of a device that nobody has registered yet."""

    key = fields.String(required=True)
    source = Text(40, load_default="")


@pages.get("/cards")
@demands(VIEW)
def key_cards() -> str:
    """The villages whose card and poster can be printed."""
    scope = current_actor().scope(VIEW)
    area_code = chosen_area(scope)[:12]
    return render_template(
        "call_button/key_cards.html",
        area_code=area_code,
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        is_village=len(area_code) == 12 and scope.covers(area_code),
    )


@pages.get("/cards/<string:code>")
@demands(VIEW)
def key_card(code: str) -> str:
    """The card of a village, on A4 or A5."""
    return _printed("call_button/key_card.html", cards.key_card(current_actor(), code))


@pages.get("/cards/device/<int:device_id>")
@demands(VIEW)
def device_card(device_id: int) -> str:
    """The card of one device, with what its own keys mean."""
    return _printed("call_button/key_card.html", cards.device_card(current_actor(), device_id))


@pages.get("/cards/<string:code>/poster")
@demands(VIEW)
def key_poster(code: str) -> str:
    """The poster of a village, with the duty telephone where one is set."""
    return _printed("call_button/key_poster.html", cards.key_card(current_actor(), code))


def _printed(template: str, card: cards.KeyCard) -> str:
    raw_size = request.args.get("size", "")
    return render_template(
        template,
        card=card,
        titles=MEANING_TITLES,
        hints=HINTS,
        sizes=SIZES,
        size=raw_size if raw_size in SIZES else SIZES[0],
    )


@pages.get("/simulator")
@signed_in
def simulator() -> Any:
    """Four big keys of each simulated device that one may press."""
    return _page(None)


def _page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    services.demand_open(actor)
    devices = queries.simulated(actor)
    return form_page(
        "call_button/simulator.html",
        refusal,
        devices=devices,
        silences=silences(device.area_code for device in devices),
        may_register=actor.may(DEVICES),
        titles=MEANING_TITLES,
        stranger_keys=services.KEYS,
    )


@pages.post("/simulator/<int:device_id>")
@signed_in
@once_per_form
def press_simulated(device_id: int) -> Any:
    """Press a key of a simulated device."""
    key, press_id = read_form(PressForm())["key"], request.form["form_key"]
    outcome = services.press_simulated(current_actor(), device_id, key, press_id)
    is_idle = outcome.kind == PRESSED and outcome.call_id is None
    said = NOTHING_DONE if is_idle else SAID[outcome.kind]
    flash(say(said), "warning" if is_idle or outcome.kind == REFUSED else "success")
    return redirect(url_for("call_button.simulator", _anchor=f"device-{device_id}"), 303)


@pages.post("/simulator/stranger")
@demands(DEVICES)
@once_per_form
def press_stranger() -> Any:
    """Press a key of a simulated device that is not registered yet."""
    try:
        form = read_form(PressForm())
        outcome = services.press_stranger(
            current_actor(), form["source"], form["key"], request.form["form_key"]
        )
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(refusal)
    flash(say(SAID[outcome.kind]), "success")
    return redirect(url_for("call_button.simulator"), 303)
