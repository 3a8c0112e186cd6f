"""Items of the power list switched on and off in a village, and the poster for its wall."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import fields, validate

from core import qr
from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.county import county
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.supervision.power_words import CLASSES
from plugins.supervision.queries.powers import list_powers
from plugins.supervision.queries.village_powers import ALL, switches
from plugins.supervision.services import village_powers as services
from plugins.supervision.views import pages

VIEW, SWITCH = "supervision.view", "supervision.village_powers"
PAPER = {"a4": "A4", "a3": "A3"}


class OnForm(Form):
    """What is used from when on."""

    codes = fields.List(Text(20), load_default=list, validate=validate.Length(max=services.MOST))
    since = fields.Date(required=True)


class OffForm(Form):
    """What is used to when."""

    code = Text(20, required=True)
    until = fields.Date(required=True)


@pages.get("/village-powers")
@demands(VIEW)
def village_powers() -> Any:
    """The switches of a village; above a village the ways down."""
    scope = current_actor().demand(VIEW)
    return _page(chosen_area(scope), None)


@pages.post("/village-powers/<string:area_code>/on")
@demands(SWITCH)
@once_per_form
def switch_on(area_code: str) -> Any:
    """Use items in the village."""
    try:
        count = services.switch_on(current_actor(), area_code, **read_form(OnForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(area_code, refusal)
    flash(say("已开通 %(count)d 项。", count=count), "success")
    return redirect(url_for("supervision.village_powers", area=area_code), 303)


@pages.post("/village-powers/<string:area_code>/off")
@demands(SWITCH)
@once_per_form
def switch_off(area_code: str) -> Any:
    """Use an item no longer in the village."""
    try:
        services.switch_off(current_actor(), area_code, **read_form(OffForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(area_code, refusal)
    flash(say("已写明停用日期。"), "success")
    return redirect(url_for("supervision.village_powers", area=area_code), 303)


@pages.get("/village-powers/<string:area_code>/poster")
@demands(VIEW)
def power_poster(area_code: str) -> str:
    """The village's list on A4 or A3 for the wall, with a code that leads to the public page."""
    scope = current_actor().demand(VIEW)
    if len(area_code) != 12 or not scope.covers(area_code):
        raise NotFound
    paper = request.args.get("paper", "a4")
    found, _ = list_powers(area_code=area_code, page_size=ALL)
    address = public_address("supervision.open_powers", code=area_code)
    return render_template(
        "supervision/poster.html",
        powers=found,
        classes=CLASSES,
        area_code=area_code,
        area_name=path_name(area_code),
        paper=paper if paper in PAPER else "a4",
        papers=PAPER,
        address=address,
        svg=drawn(address),
        report_svg=drawn(public_address("supervision.report_form", code=area_code)),
        today=today(),
    )


def public_address(endpoint: str, **values: Any) -> str:
    """The full address of a page, for a code on paper."""
    base = county().settings.public_url or request.host_url.rstrip("/")
    return base + url_for(endpoint, **values)


def drawn(address: str) -> Markup:
    """A code that leads there."""
    return Markup(qr.draw_svg(address))  # noqa: S704 - drawn here from our own address


def _page(area_code: str, refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    is_village = len(area_code) == 12
    return form_page(
        "supervision/village_powers.html",
        refusal,
        rows=switches(scope, area_code) if is_village else [],
        is_village=is_village,
        classes=CLASSES,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=[] if is_village else ways_down(scope, area_code),
        may_switch=is_village and actor.may(SWITCH, area_code),
        today=today(),
    )
