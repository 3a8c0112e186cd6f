"""To report: photo, what it is about, send. The village is known from the code on the wall or the account."""

from typing import Any

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.exceptions import RequestEntityTooLarge

from core.access import public
from core.areas.api import path_name
from core.county import county, plugin_settings
from core.errors import DomainError
from core.fields import Id, Text
from core.files.api import prepared_photos, prepared_sounds
from core.problems import show
from core.qr import draw_svg
from core.security import current_actor
from core.text import N_
from core.web import read_form, say
from plugins.supervision.errors.reports import ReportAreaUnknown, ReportTooLarge
from plugins.supervision.queries.report_choices import (
    candidates,
    home_of,
    places_below,
    power_choices,
    village_of,
)
from plugins.supervision.report_traces import full_address, leave_no_trace
from plugins.supervision.report_words import KIND_HINTS, KIND_ICONS, KINDS, LEVELS, VILLAGE
from plugins.supervision.services.report_calm import demand_calm
from plugins.supervision.services.reports import NewReport, Receipt, report_misconduct
from plugins.supervision.views import pages

EVERYBODY = "anybody may report misconduct, without an account; not in bulk"
MOST_PHOTOS, MOST_SOUNDS = 6, 2
ROOM_FOR_WORDS = 100_000
# What is too large to be taken is read up to here, for the words in it.
MOST_READ = 48 * 1024 * 1024


class ReportForm(Schema):
    """What is reported. Words may be missing where there is a photo; the service sees to that."""

    class Meta:
        unknown = EXCLUDE

    kind = Text(20, shortest=1, required=True, error_messages={"required": N_("请先点一下，是哪一类问题。")})
    text = Text(20_000, load_default="")
    who = Text(1_000, load_default="")
    power_code = Text(100, load_default="")
    level = Text(20, load_default=VILLAGE)
    account_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=50))
    named = fields.Boolean(load_default=False)
    name = Text(200, load_default="")
    phone = Text(200, load_default="")


@pages.get("/reports")
@public(EVERYBODY)
def report_start() -> ResponseReturnValue:
    """Where somebody begins: at the form of their own village, or by saying where they are."""
    leave_no_trace()
    home = home_of(current_actor())
    if home and "inside" not in request.args:
        return redirect(url_for("supervision.report_form", code=home))
    return _places(None)


def _places(refusal: DomainError | None) -> ResponseReturnValue:
    inside, top = request.args.get("inside", ""), county().settings.county_code
    places = places_below(inside)
    at_top = not any(len(code) > len(top) + 3 for code, _ in places)
    page = render_template(
        "supervision/report_places.html",
        places=places,
        at_top=at_top,
        name="" if at_top else path_name(inside),
        error=show(refusal) if refusal else None,
    )
    return page, refusal.status if refusal else 200


@pages.get("/reports/at/<string:code>")
@public(EVERYBODY)
def report_form(code: str) -> ResponseReturnValue:
    """The form of a village, at the address in its printed code; an old one leads on."""
    leave_no_trace()
    try:
        return _form(village_of(code), None)
    except ReportAreaUnknown as refusal:
        return _places(refusal)


@pages.post("/reports/at/<string:code>")
@public(EVERYBODY)
def send_report(code: str) -> ResponseReturnValue:
    """Take it; the answer is the only page that ever shows the number. The number is in no address."""
    leave_no_trace()
    actor = current_actor()
    try:
        village = village_of(code)
        demand_calm(request.remote_addr or "", village)
        form = read_form(ReportForm())
        files = prepared_photos(request.files.getlist("photos"), most=MOST_PHOTOS)
        files += prepared_sounds(request.files.getlist("sounds"), most=MOST_SOUNDS)
        named = form.pop("named")
        new = NewReport(area_code=village, is_named=named, **form)
        receipt = report_misconduct(actor, new, files, key=request.form.get("form_key", "")[:100])
    except ReportAreaUnknown as refusal:
        return _places(refusal)
    except DomainError as refusal:
        return _form(village, refusal)
    return _receipt(receipt, village, named=named)


@pages.errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """What was sent is too large: the form again with all that was typed, for another try with less.

    Nothing is taken and nothing done with it, so that what is read here needs no token of the page.
    """
    village = str((request.view_args or {}).get("code", ""))
    if request.endpoint != "supervision.send_report" or (request.content_length or 0) > MOST_READ:
        shown = show(error)
        return render_template("core/error.html", error=shown), shown.status
    leave_no_trace()
    request.max_content_length = MOST_READ
    try:
        return _form(village_of(village), ReportTooLarge())
    except ReportAreaUnknown as refusal:
        return _places(refusal)
    finally:
        request.close()  # what was sent lies in files of its own until then


def _receipt(receipt: Receipt, village: str, *, named: bool) -> str:
    address = full_address("supervision.track_form", fragment=receipt.number)
    return render_template(
        "supervision/report_receipt.html",
        number=receipt.number,
        due_at=receipt.due_at,
        svg=Markup(draw_svg(address)),  # noqa: S704 - drawn here from our own address
        area_code=village,
        named=named,
        attended=receipt.is_attended,
    )


def _form(village: str, refusal: DomainError | None) -> ResponseReturnValue:
    actor = current_actor()
    shown = show(refusal) if refusal else None
    typed: dict[str, Any] = request.form.to_dict()
    page = render_template(
        "supervision/report_form.html",
        area_code=village,
        area_name=path_name(village),
        kinds=KINDS,
        hints=KIND_HINTS,
        icons=KIND_ICONS,
        levels=LEVELS,
        people=candidates(village),
        powers=power_choices(village),
        typed=typed,
        chosen={int(each) for each in request.form.getlist("account_ids") if each.isdecimal()},
        power=typed.get("power_code", request.args.get("power", ""))[:20],
        error=shown,
        most=MOST_PHOTOS,
        must_log_in=actor.is_anonymous and not plugin_settings("supervision")["open_reports"],
        missing=say(N_("请先点一下，是哪一类问题。")),
        empty=say(N_("请写几句，或拍一张照片。")),
        most_bytes=current_app.config["MAX_CONTENT_LENGTH"] - ROOM_FOR_WORDS,
        too_large=say(ReportTooLarge.text),
    )
    response = make_response(page, shown.status if shown else 200)
    response.headers.extend(shown.headers if shown else {})
    return response
