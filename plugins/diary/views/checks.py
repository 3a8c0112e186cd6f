"""Spot checks at the desk: announced, drawn, looked into; and how anybody draws them again."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import path_name
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, FormPoints, Text
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.library_words import CHECKED, RESULTS
from plugins.diary.queries import checks as queries
from plugins.diary.services import checks as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, places_above_grids

VIEW, CHECK = queries.VIEW, queries.CHECK
PAGE_SIZE = 20


class CheckForm(Form):
    """What is to be drawn, by which seed, when."""

    area_code = AreaCode(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(CHECKED)))
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    wanted = FormPoints(most=services.MOST_DRAWN, required=True)
    seed = Text(200, load_default="")
    source = Text(100, load_default="")
    draw_on = fields.Date(load_default=None, allow_none=True)


class DrawForm(Form):
    """The public number that was agreed."""

    beacon = Text(100, load_default="")


class ResultForm(Form):
    """What was found."""

    result = fields.String(load_default="")
    remark = Text(500, load_default="")


@pages.get("/checks")
@demands(VIEW)
def checks() -> str:
    """Spot checks of one's areas with what was found."""
    actor = current_actor()
    found, total = queries.list_checks(actor.demand(VIEW), page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/checks.html",
        checks=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        kinds=CHECKED,
        may_check=actor.may(CHECK),
    )


@pages.get("/checks/new")
@demands(CHECK)
def new_check() -> Any:
    """Freeze the list and make the seed public."""
    return _new_check_page(None)


@pages.post("/checks")
@demands(CHECK)
@once_per_form
def announce_check() -> Any:
    """It is announced once, however often the form is sent."""
    try:
        check_id = services.announce_check(current_actor(), services.NewCheck(**read_form(CheckForm())))
    except NotFound:
        raise
    except DomainError as refusal:
        return _new_check_page(refusal)
    flash(say("已公布，到期就可以抽取。"), "success")
    return redirect(url_for("diary.spot_check", check_id=check_id), 303)


def _new_check_page(refusal: DomainError | None) -> Any:
    return form_page(
        "diary/check_form.html",
        refusal,
        places=places_above_grids(current_actor().demand(CHECK)),
        kinds_in_words=in_words(CHECKED),
        today=today(),
    )


@pages.get("/checks/<int:check_id>")
@demands(VIEW)
def spot_check(check_id: int) -> Any:
    """What was published, what came out, what was found; how to check it."""
    return _check_page(check_id, None)


def _check_page(check_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    view = queries.spot_check(scope, check_id)
    return form_page(
        "diary/check.html",
        refusal,
        check=view,
        path=path_name(view.area_code),
        agrees=queries.is_drawn_again(scope, check_id),
        kinds=CHECKED,
        results=RESULTS,
        results_in_words=in_words(RESULTS),
        may_check=actor.may(CHECK, view.area_code),
        may_draw=actor.may(CHECK, view.area_code) and not view.is_drawn and view.draw_on <= today(),
    )


@pages.get("/checks/<int:check_id>/list.txt")
@demands(VIEW)
def check_list(check_id: int) -> Response:
    """The frozen list, one id a line: its SHA-256 is the fingerprint."""
    text = queries.list_of(current_actor().demand(VIEW), check_id)
    headers = {"Content-Disposition": f'attachment; filename="list-{check_id}.txt"'}
    return Response(text, 200, headers, mimetype="text/plain")


@pages.post("/checks/<int:check_id>/draw")
@demands(CHECK)
@once_per_form
def draw_check(check_id: int) -> Any:
    """Draw it."""
    try:
        services.draw_check(current_actor(), check_id, **read_form(DrawForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _check_page(check_id, refusal)
    flash(say("已抽取。"), "success")
    return redirect(url_for("diary.spot_check", check_id=check_id), 303)


@pages.post("/checks/<int:check_id>/items/<int:item_id>")
@demands(CHECK)
@once_per_form
def record_check(check_id: int, item_id: int) -> Any:
    """What was found of something that was drawn."""
    try:
        services.record_result(current_actor(), item_id, **read_form(ResultForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已登记。"), "success")
    return redirect(url_for("diary.spot_check", check_id=check_id), 303)
