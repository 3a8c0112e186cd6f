"""Following and rating without an account: by the code on the phone or on paper, or number and key."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import public
from core.cases.errors import KeyUnknown
from core.cases.forms_open import RateForm, TrackForm
from core.cases.queries.held import case_by_token, token_for
from core.cases.services.calm import demand_few_wrong_keys, note_wrong_key
from core.cases.services.rating import rate_case
from core.cases.views.open import pages
from core.cases.views.open.held_page import held_page
from core.errors import DomainError
from core.files.api import file_response, served_file_of
from core.problems import show
from core.security import current_actor
from core.web import read_form

HOLDER = "whoever holds a case's code or key counts as its reporter"


@pages.get("/f/<string:token>")
@public(HOLDER)
def follow(token: str) -> ResponseReturnValue:
    """What became of the case of this code."""
    held = case_by_token(token)
    return held_page(held, rate_url=url_for("cases_open.rate", token=token))


@pages.post("/f/<string:token>/rating")
@public(HOLDER)
def rate(token: str) -> ResponseReturnValue:
    """Say how it was. What is not solved goes one level up."""
    held = case_by_token(token)
    try:
        form = read_form(RateForm())
        # Whoever is logged in and has worked on it does not rate it with the key of somebody else either.
        rate_case(current_actor(), held.view.id, token=token, seen=form.pop("version"), **form)
    except DomainError as error:
        again = case_by_token(token)
        return held_page(again, rate_url=url_for("cases_open.rate", token=token), error=error)
    return redirect(url_for("cases_open.follow", token=token), 303)


@pages.get("/f/<string:token>/photos/<string:file_id>")
@public(HOLDER)
def photo(token: str, file_id: str) -> Response:
    """A photo of the case."""
    return file_response(served_file_of(f"case:{case_by_token(token).view.id}", file_id))


@pages.get("/f/<string:token>/photos/<string:file_id>/thumb")
@public(HOLDER)
def photo_thumb(token: str, file_id: str) -> Response:
    """The same, small."""
    return file_response(served_file_of(f"case:{case_by_token(token).view.id}", file_id, thumb=True))


@pages.get("/track")
@public(HOLDER)
def track() -> str:
    """The page to type number and key."""
    return render_template("cases/open/track.html", values={}, error=None)


@pages.post("/track")
@public(HOLDER)
def open_track() -> ResponseReturnValue:
    """Lead to the case of a number and its key."""
    address = request.remote_addr or ""
    try:
        demand_few_wrong_keys(address)
        form = read_form(TrackForm())
        token = token_for(form["number"], form["key"])
    except DomainError as error:
        if isinstance(error, KeyUnknown):
            note_wrong_key(address)
        page = render_template("cases/open/track.html", values=request.form, error=show(error))
        return page, error.status
    return redirect(url_for("cases_open.follow", token=token), 303)
