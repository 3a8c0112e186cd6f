"""Experts: found by field and area, asked about a case, their phone shown for a purpose."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Text
from core.forms import Form, answer_form, form_page
from core.people.api import PURPOSES
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.library_words import FIELDS
from plugins.diary.queries import experts as queries
from plugins.diary.services import experts as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, places_above_grids

VIEW, KEEP = queries.VIEW, queries.KEEP
PAGE_SIZE = 20


class ExpertForm(Form):
    """What is known of an expert."""

    name = Text(60, load_default="")
    field = fields.String(load_default="")
    speciality = Text(100, load_default="")
    unit = Text(100, load_default="")
    phone = Text(20, load_default="")
    available = Text(200, load_default="")


class NewForm(ExpertForm):
    """Where they can be asked."""

    area_code = AreaCode(required=True)


class AskForm(Form):
    """About which case."""

    case_number = Text(20, load_default="")
    note = Text(300, load_default="")


@pages.get("/experts")
@demands(VIEW)
def experts() -> str:
    """Who can be asked in an area, by field."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, field, text = chosen_area(scope), request.args.get("field", ""), request.args.get("q", "")
    field = field if field in FIELDS else ""
    found, total = queries.list_experts(
        scope, area_code=area_code, field=field, search=text, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "diary/experts.html",
        experts=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        known=FIELDS,
        field=field,
        q=text,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_keep=actor.may(KEEP),
    )


@pages.route("/experts/new", methods=["GET", "POST"])
@demands(KEEP)
def new_expert() -> Any:
    """Put one on the list."""
    actor = current_actor()

    def page(refusal: DomainError | None) -> Any:
        return _form_page(None, places_above_grids(actor.demand(KEEP)), refusal)

    def deed() -> int:
        form = read_form(NewForm())
        return services.add_expert(actor, form.pop("area_code"), services.ExpertDetails(**form))

    if request.method == "GET":
        return page(None)
    return answer_form(deed, said=say("已入库。"), then=_address, again=page)


def _form_page(view: Any, places: list[tuple[str, str]], refusal: DomainError | None) -> Any:
    return form_page(
        "diary/expert_form.html", refusal, expert=view, places=places, fields_in_words=in_words(FIELDS)
    )


def _address(expert_id: int) -> str:
    return url_for("diary.expert", expert_id=expert_id)


@pages.route("/experts/<int:expert_id>/change", methods=["GET", "POST"])
@demands(KEEP)
def change_expert(expert_id: int) -> Any:
    """Correct what is known."""
    actor = current_actor()
    view = queries.expert(actor.demand(KEEP), expert_id)
    if request.method == "GET":
        return _form_page(view, [], None)
    return answer_form(
        lambda: services.change_expert(actor, expert_id, services.ExpertDetails(**read_form(ExpertForm()))),
        said=say("已保存。"),
        then=lambda _: _address(expert_id),
        again=lambda refusal: _form_page(view, [], refusal),
    )


@pages.get("/experts/<int:expert_id>")
@demands(VIEW)
def expert(expert_id: int) -> Any:
    """One of them, with the cases of one's areas that they were asked about."""
    return _expert_page(expert_id, None)


def _expert_page(expert_id: int, refusal: DomainError | None, phone: str = "") -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    view = queries.expert(scope, expert_id)
    return form_page(
        "diary/expert.html",
        refusal,
        expert=view,
        path=path_name(view.area_code),
        phone=phone,
        helps=queries.helps_of(scope, expert_id),
        known=FIELDS,
        purposes_in_words=in_words(PURPOSES),
        may_keep=actor.may(KEEP, view.area_code) and not view.is_gone,
    )


@pages.post("/experts/<int:expert_id>/phone")
@demands(VIEW)
def show_expert_phone(expert_id: int) -> Any:
    """The phone in clear, for a purpose; it is on record."""
    try:
        phone = services.show_phone(current_actor(), expert_id, purpose=request.form.get("purpose", ""))
    except NotFound:
        raise
    except DomainError as refusal:
        return _expert_page(expert_id, refusal)
    return _expert_page(expert_id, None, phone)


@pages.post("/experts/<int:expert_id>/ask")
@demands(VIEW)
@once_per_form
def ask_expert(expert_id: int) -> Any:
    """Note the case that they were asked about."""
    return answer_form(
        lambda: services.ask_expert(current_actor(), expert_id, **read_form(AskForm())),
        said=say("已记下。"),
        then=lambda _: _address(expert_id),
        again=lambda refusal: _expert_page(expert_id, refusal),
    )


@pages.post("/experts/<int:expert_id>/end")
@demands(KEEP)
@once_per_form
def end_expert(expert_id: int) -> Any:
    """Off the list."""
    services.end_expert(current_actor(), expert_id)
    flash(say("已移出人才库。"), "success")
    return redirect(url_for("diary.experts"), 303)
