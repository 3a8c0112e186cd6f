"""The addresses of GeoReport v2, under /api/v1/open311/v2. Errors are lists of code and description."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from core.access import public
from core.accounts.api import actor_of_token
from core.api import PREFIX
from core.cases.open311 import answers
from core.cases.open311.reading import only_one_value, read_case, read_wanted
from core.cases.open311.requests import Wanted, request_list
from core.cases.open311.services import definition, service_list
from core.cases.queries.cases import case
from core.cases.services.reporting import post_case
from core.county import county
from core.errors import DomainError, Forbidden, NotFound
from core.files.api import prepared_photos
from core.problems import show
from core.security import Actor, current_actor
from core.text import N_
from core.web import say

open311 = Blueprint("cases_open311", __name__, url_prefix=f"{PREFIX}/open311/v2")
_OPEN = "services and public cases are open data; a key shows what its account may see"
_FORM = "<any(json,xml):form>"
MOST_PHOTOS = 6
View = Callable[..., Response]


class KeyMissing(Forbidden):
    """No api_key, or one that is not valid: GeoReport v2 answers 403 to both."""

    code, text = "api_key_missing", N_("没有 api_key，或 api_key 无效。")


def in_georeport(view: View) -> View:
    """Answer refusals in the standard's own way, and only for our own jurisdiction."""

    @wraps(view)
    def answered(*, form: str, **values: Any) -> Response:
        try:
            _demand_jurisdiction()
            return view(form=form, **values)
        except DomainError as error:
            shown = show(error)
            # The standard knows 400, 401, 403 and 404; what we call invalid is its 400.
            status = 400 if shown.status in (409, 422) else shown.status
            rows = [
                {"code": status, "description": f"{name}: {text}"}
                for name, texts in shown.errors.items()
                for text in texts
            ]
            return answers.answer(
                form, "errors", "error", rows or [{"code": status, "description": shown.sentence}], status
            )

    return answered


def _demand_jurisdiction() -> None:
    if request.values.get("jurisdiction_id", "") not in ("", county().settings.county_code):
        raise NotFound


def _reader() -> Actor:
    """Whoever the key speaks for; nobody without one. Raises KeyMissing for a key that is not valid."""
    key = request.values.get("api_key", "")
    if not key:
        return current_actor()  # of a bearer token in the header, if there is one
    actor = actor_of_token(key)
    if actor is None or actor.must_change_password:
        raise KeyMissing
    return actor


@open311.get(f"/discovery.{_FORM}")
@public(_OPEN)
@in_georeport
def open311_discovery(*, form: str) -> Response:
    """What there is and where."""
    base = (county().settings.public_url or request.host_url.rstrip("/")) + f"{PREFIX}/open311/v2"
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": base,
        "changeset": "2026-11-25 00:00",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    tree = {
        "changeset": "2026-11-25 00:00",
        "contact": county().settings.county_name,
        "key_service": f"{base.removesuffix(f'{PREFIX}/open311/v2')}/accounts/tokens",
        "endpoints": [endpoint],
    }
    return answers.one(form, "discovery", tree)


@open311.get(f"/services.{_FORM}")
@public(_OPEN)
@in_georeport
def open311_services(*, form: str) -> Response:
    """The kinds of cases."""
    return answers.answer(form, "services", "service", service_list(say))


@open311.get(f"/services/<string:code>.{_FORM}")
@public(_OPEN)
@in_georeport
def open311_service(*, form: str, code: str) -> Response:
    """The attributes of one kind."""
    return answers.one(form, "service_definition", definition(code, say))


@open311.get(f"/requests.{_FORM}")
@public(_OPEN)
@in_georeport
def open311_requests(*, form: str) -> Response:
    """Cases by number, kind, time and status."""
    wanted = read_wanted(only_one_value(request.args))
    return answers.answer(form, "service_requests", "request", request_list(_reader(), wanted, say))


@open311.get(f"/requests/<string:number>.{_FORM}")
@public(_OPEN)
@in_georeport
def open311_request(*, form: str, number: str) -> Response:
    """One case."""
    return answers.answer(form, "service_requests", "request", _one(number))


@open311.get(f"/tokens/<string:token>.{_FORM}")
@public(_OPEN)
@in_georeport
def open311_token(*, form: str, token: str) -> Response:
    """The number behind a token: cases get theirs at once, so it is the same."""
    (found,) = _one(token)
    row = {"service_request_id": found["service_request_id"], "token": token}
    return answers.answer(form, "service_requests", "request", [row])


def _one(number: str) -> list[dict[str, Any]]:
    found = request_list(_reader(), Wanted(numbers=(number,)), say)
    if not found:
        raise NotFound
    return found


@open311.post(f"/requests.{_FORM}")
@public("whoever files a case shows a key")
@in_georeport
def open311_file(*, form: str) -> Response:
    """File a case, photos as parts `media`; the same external_id of the same account is the same case."""
    actor = _reader()
    if actor.is_anonymous or not actor.posts:
        raise KeyMissing
    new = read_case(actor, only_one_value(request.form))
    case_id = post_case(actor, new, prepared_photos(request.files.getlist("media"), most=MOST_PHOTOS))
    filed = case(actor, case_id)
    row = {"service_request_id": filed.number, "service_notice": "", "account_id": ""}
    return answers.answer(form, "service_requests", "request", [row], 201)
