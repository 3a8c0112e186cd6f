"""To report something: photo, kind, send. The village is known from the account or the printed code."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import public
from core.areas.api import path_name
from core.cases.errors import CaseAreaUnknown
from core.cases.forms_open import ReportForm
from core.cases.kinds import LETTER, open_kinds
from core.cases.queries.held import token_of
from core.cases.queries.places import VILLAGE_DIGITS, current_area, home_of, places_below
from core.cases.rows import NewCase
from core.cases.services.reporting import demand_report, report_case
from core.cases.views.open import door, pages
from core.county import county
from core.errors import DomainError
from core.files.api import prepared_photos
from core.problems import show
from core.security import current_actor
from core.text import N_
from core.web import form_key, read_form, say

EVERYBODY = "anybody may report something; without an account, not in bulk"
SNAPSHOT_WAY, LETTER_WAY = "snapshot", "letter"
MOST_PHOTOS = 6


@pages.get("/")
@public(EVERYBODY)
def start() -> ResponseReturnValue:
    """Where somebody begins: at the form of their own village, or by saying where they are."""
    home = home_of(current_actor())
    if home and "inside" not in request.args:
        return redirect(url_for("cases_door.report", code=home, way=_way()))
    inside = request.args.get("inside", county().settings.county_code)
    try:
        places = places_below(inside)
    except CaseAreaUnknown:
        inside, places = county().settings.county_code, places_below(county().settings.county_code)
    at_top = inside == county().settings.county_code
    return render_template(
        "cases/open/choose.html", places=places, at_top=at_top, name=path_name(inside), way=_way()
    )


@door.get("/<string:code>")
@public(EVERYBODY)
def report(code: str) -> ResponseReturnValue:
    """The form of a village or grid, at the address in its printed code; an old one leads on."""
    try:
        area_code, moved = current_area(code)
    except CaseAreaUnknown as error:
        return render_template("cases/open/choose.html", error=show(error), **_top()), 404
    if len(area_code) < VILLAGE_DIGITS:
        return redirect(url_for("cases_open.start", inside=area_code, way=_way()))
    return _form(area_code, {"form_key": form_key()}, moved=moved)


@door.post("/<string:code>")
@public(EVERYBODY)
def send(code: str) -> ResponseReturnValue:
    """File it. Whoever has no account gets an address that opens this case again."""
    actor = current_actor()
    try:
        area_code, _ = current_area(code)
        demand_report(actor, area_code, request.remote_addr or "")
        form = read_form(ReportForm())
        photos = prepared_photos(request.files.getlist("photos"), most=MOST_PHOTOS)
        case_id = report_case(actor, _new_case(form, area_code), photos, request.form.get("form_key", ""))
    except CaseAreaUnknown as error:
        return render_template("cases/open/choose.html", error=show(error), **_top()), error.status
    except DomainError as error:
        return _form(area_code, request.form, error=error)
    if actor.is_anonymous:
        return redirect(url_for("cases_open.follow", token=token_of(case_id), sent=1), 303)
    return redirect(url_for("cases_open.own", case_id=case_id, sent=1), 303)


def _new_case(form: dict[str, Any], area_code: str) -> NewCase:
    return NewCase(
        kind=form["kind"],
        text=form["text"],
        area_code=area_code,
        place=form["place"],
        latitude=form["latitude"],
        longitude=form["longitude"],
        public=False if form["private"] else None,
    )


def _way() -> str:
    asked = request.values.get("way", "")
    return asked if asked in (SNAPSHOT_WAY, LETTER_WAY) else SNAPSHOT_WAY


def _top() -> dict[str, Any]:
    return {"places": places_below(county().settings.county_code), "at_top": True, "way": SNAPSHOT_WAY}


def _form(area_code: str, values: Any, *, moved: bool = False, error: DomainError | None = None) -> Response:
    way = _way()
    shown = show(error) if error else None
    page = render_template(
        "cases/open/report.html",
        area_code=area_code,
        area_name=path_name(area_code),
        moved=moved,
        way=way,
        kinds=[kind for kind in open_kinds(area_code) if (kind.name == LETTER) == (way == LETTER_WAY)],
        values=values,
        error=shown,
        most=MOST_PHOTOS,
        missing=say(N_("请先点一下，这是哪一类事。")),
    )
    response = make_response(page, shown.status if shown else 200)
    response.headers.extend(shown.headers if shown else {})
    # The position is asked for only when somebody taps for it, and only here.
    response.headers["Permissions-Policy"] = "geolocation=(self), microphone=(), camera=(self)"
    return response
