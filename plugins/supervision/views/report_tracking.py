"""Following a report by its number, which stands in no address: the steps, the answer, the rating."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from marshmallow import EXCLUDE, Schema, fields

from core.access import public
from core.errors import DomainError
from core.fields import Text
from core.problems import show
from core.qr import draw_svg
from core.text import N_
from core.web import read_form
from plugins.supervision.errors.reports import NumberUnknown
from plugins.supervision.queries.report_tracking import track
from plugins.supervision.report_traces import full_address, leave_no_trace
from plugins.supervision.services.report_calm import demand_few_wrong_numbers, note_wrong_number
from plugins.supervision.services.report_rating import rate_report, urge_by_number
from plugins.supervision.views import pages

HOLDER = "whoever holds a report's number counts as its reporter"


class NumberForm(Schema):
    """The number as somebody types it."""

    class Meta:
        unknown = EXCLUDE

    number = Text(60, load_default="")


class RatingForm(NumberForm):
    """The verdict: solved and thumb."""

    solved = fields.Boolean(required=True, error_messages={"required": N_("请点“解决了”或“没有解决”。")})
    thumb = Text(10, required=True, error_messages={"required": N_("请点“满意”或“不满意”。")})
    note = Text(2_000, load_default="")


@pages.get("/reports/track")
@public(HOLDER)
def track_form() -> str:
    """The page to type the number; a scanned code fills it in on the phone itself."""
    leave_no_trace()
    return render_template("supervision/report_track.html", error=None)


@pages.post("/reports/track")
@public(HOLDER)
def track_report() -> ResponseReturnValue:
    """How far the report of a number is."""
    leave_no_trace()
    try:
        return _tracked(_number())
    except DomainError as refusal:
        return _refused(refusal)


@pages.post("/reports/track/rating")
@public(HOLDER)
def rate_tracked() -> ResponseReturnValue:
    """Say how it was."""
    leave_no_trace()
    try:
        number = _number()
    except DomainError as refusal:
        return _refused(refusal)
    try:
        form = read_form(RatingForm())
        rate_report(number, is_solved=form["solved"], thumb=form["thumb"], note=form["note"])
    except DomainError as refusal:
        return _tracked(number, refusal)
    return _tracked(number, said=True)


@pages.post("/reports/track/urging")
@public(HOLDER)
def urge_tracked() -> ResponseReturnValue:
    """Urge what is late."""
    leave_no_trace()
    try:
        number = _number()
    except DomainError as refusal:
        return _refused(refusal)
    try:
        urge_by_number(number)
    except DomainError as refusal:
        return _tracked(number, refusal)
    return _tracked(number)


def _number() -> str:
    """The typed number, when it is one; each wrong one counts against whoever tries."""
    address = request.remote_addr or ""
    demand_few_wrong_numbers(address)
    number = str(read_form(NumberForm())["number"])
    try:
        return track(number).id
    except NumberUnknown:
        note_wrong_number(address)
        raise


def _tracked(number: str, refusal: DomainError | None = None, *, said: bool = False) -> ResponseReturnValue:
    address = full_address("supervision.track_form", fragment=number)
    page = render_template(
        "supervision/report_tracked.html",
        report=track(number),
        svg=Markup(draw_svg(address)),  # noqa: S704 - drawn here from our own address
        error=show(refusal) if refusal else None,
        typed=request.form,
        said=said,
    )
    return page, refusal.status if refusal else 200


def _refused(refusal: DomainError) -> ResponseReturnValue:
    page = render_template("supervision/report_track.html", error=show(refusal))
    return page, refusal.status
