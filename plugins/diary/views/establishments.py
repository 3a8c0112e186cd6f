"""Establishments at the desk and on the phone: the list, one of them with its years, the form."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, grids, way_up, ways_down
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.queries import establishments as queries
from plugins.diary.queries.timeline import establishment_timeline
from plugins.diary.services import establishments as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import Decimal, in_words
from plugins.diary.words import ESTABLISHMENTS, KINDS

VIEW, WRITE, REGISTER = "diary.view", "diary.write", "diary.register"
PAGE_SIZE = 20


class DetailsForm(Form):
    """What is known of an establishment."""

    kind = fields.String(required=True, validate=validate.OneOf(list(ESTABLISHMENTS)))
    name = Text(100, load_default="")
    credit_code = Text(40, load_default="")
    contact = Text(60, load_default="")
    phone = Text(20, load_default="")
    address = Text(200, load_default="")
    latitude = Decimal(load_default=None, allow_none=True)
    longitude = Decimal(load_default=None, allow_none=True)


class NewForm(DetailsForm):
    """One more."""

    area_code = AreaCode(required=True)


@pages.get("/establishments")
@demands(VIEW)
def establishments() -> str:
    """Those of an area, by a part of the name or by kind."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, kind, text = chosen_area(scope), request.args.get("kind", ""), request.args.get("q", "")
    kind = kind if kind in ESTABLISHMENTS else ""
    found, total = queries.list_establishments(
        scope, area_code=area_code, kind=kind, search=text, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "diary/establishments.html",
        establishments=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        kinds=ESTABLISHMENTS,
        kind=kind,
        q=text,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_register=actor.may(REGISTER, area_code),
    )


@pages.route("/establishments/new", methods=["GET", "POST"])
@demands(REGISTER)
def new_establishment() -> Any:
    """Put one on the list."""
    actor, refusal = current_actor(), None
    if request.method == "POST":
        try:
            form = read_form(NewForm())
            area_code = form.pop("area_code")
            key = services.register_establishment(actor, area_code, services.EstablishmentDetails(**form))
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已登记。"), "success")
            return redirect(url_for("diary.establishment", establishment_id=key), 303)
    return form_page(
        "diary/establishment_form.html",
        refusal,
        establishment=None,
        places=grids(actor.demand(REGISTER)),
        kinds_in_words=in_words(ESTABLISHMENTS),
    )


@pages.route("/establishments/<int:establishment_id>/change", methods=["GET", "POST"])
@demands(REGISTER)
def change_establishment(establishment_id: int) -> Any:
    """Correct what is known."""
    actor, refusal = current_actor(), None
    view = queries.establishment(actor.demand(REGISTER), establishment_id)
    if request.method == "POST":
        try:
            details = services.EstablishmentDetails(**read_form(DetailsForm()))
            services.update_establishment(actor, establishment_id, details)
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已保存。"), "success")
            return redirect(url_for("diary.establishment", establishment_id=establishment_id), 303)
    return form_page(
        "diary/establishment_form.html",
        refusal,
        establishment=view,
        places=[],
        kinds_in_words=in_words(ESTABLISHMENTS),
    )


@pages.get("/establishments/<int:establishment_id>")
@demands(VIEW)
def establishment(establishment_id: int) -> str:
    """One of them: what is known, and what was seen and written there."""
    actor = current_actor()
    view = queries.establishment(actor.demand(VIEW), establishment_id)
    return render_template(
        "diary/establishment.html",
        establishment=view,
        path=path_name(view.area_code),
        kinds=ESTABLISHMENTS,
        posts=KINDS,
        moments=establishment_timeline(actor, establishment_id),
        may_write=actor.may(WRITE, view.area_code) and not view.is_closed,
        may_register=actor.may(REGISTER, view.area_code) and not view.is_closed,
    )


@pages.post("/establishments/<int:establishment_id>/close")
@demands(REGISTER)
@once_per_form
def close_establishment(establishment_id: int) -> Any:
    """It exists no longer."""
    services.close_establishment(current_actor(), establishment_id)
    flash(say("已注销，走访记录保留。"), "success")
    return redirect(url_for("diary.establishment", establishment_id=establishment_id), 303)
