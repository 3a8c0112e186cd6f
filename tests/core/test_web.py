"""Pages: headers on every answer, forms that come from here, errors that look like pages."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.county import County
from core.problems import show
from core.testing import VILLAGE
from core.web import CONTENT_SECURITY_POLICY, page_number

PLUGIN = """
from flask import Blueprint, redirect, render_template_string, request
from marshmallow import fields
from core.access import demands, public, signed_in
from core.errors import DomainError
from core.fields import FormPoints, Strict, Text
from core.hookspecs import hookimpl
from core.idempotency import StoredAnswer
from core.web import once_per_form, read_form

pages = Blueprint("trial", __name__, url_prefix="/trial")
booked = []

class Short(DomainError):
    code, status, text = "trial_short", 409, "积分不足。"

class Form(Strict):
    name = Text(10, shortest=1, required=True)
    points = FormPoints(load_default=1)
    tags = fields.List(fields.String(), load_default=list)

@pages.get("/form")
@signed_in
def form():
    return render_template_string(
        '<meta name="token" content="{{ csrf_token() }}"><i id="key">{{ form_key() }}</i>')

@pages.post("/book")
@signed_in
@once_per_form
def book():
    values = read_form(Form())
    if values["points"] == 99:
        raise Short
    booked.append(values)
    return redirect("/trial/form", 303)

@pages.get("/count")
@public("trial")
def count():
    return str(len(booked)) + repr(booked[-1:])

@pages.get("/secret")
@demands("trial.nobody")
def secret():
    return ""

@hookimpl
def register_pages():
    return [pages]
"""


@pytest.fixture
def app(plugin_folder: Callable[..., Path], build_app: Callable[[], Flask]) -> Flask:
    plugin_folder("trial", {"plugin.py": PLUGIN})
    return build_app()


@pytest.fixture
def browser(as_role: Callable[..., FlaskClient]) -> FlaskClient:
    return as_role("secretary", VILLAGE)


def form(browser: FlaskClient, **values: object) -> dict[str, object]:
    page = browser.get("/trial/form").text
    token = re.search(r'content="([^"]+)"', page)
    key = re.search(r'id="key">([^<]+)<', page)
    assert token is not None
    assert key is not None
    return {"csrf_token": token[1], "form_key": key[1], "name": "甲", **values}


def booked(browser: FlaskClient) -> str:
    return browser.get("/trial/count").text


ADDRESSES = [
    "/",
    "/nowhere",
    "/static/gridgov.css",
    "/trial/secret",
    "/api/v1/nowhere",
    "/api/v1/openapi.json",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_every_answer_carries_the_headers_that_protect(
    client: FlaskClient, address: str, method: str
) -> None:
    with client.open(address, method=method) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers, "this county runs on plain HTTP"
    is_file = address.startswith("/static") and method == "GET"
    assert (headers["Cache-Control"] == "no-store") is not is_file


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("county_sections", ["[security]\nhttps = true\n"])
def test_a_county_on_https_says_so_and_binds_its_cookie(app: Flask, county_sections: str) -> None:
    browser = app.test_client()
    answer = browser.get("/", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-gridgov"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert county_sections


def test_a_form_from_here_is_taken(browser: FlaskClient) -> None:
    answer = browser.post("/trial/book", data=form(browser, points="１２", tags=["a", "b"]))
    assert answer.status_code == 303
    assert booked(browser) == "1[{'name': '甲', 'points': 12, 'tags': ['a', 'b']}]"


@pytest.mark.parametrize("token", [None, "", "x", "令牌"])
def test_a_form_from_elsewhere_is_refused_and_nothing_happens(
    browser: FlaskClient, token: str | None
) -> None:
    before = booked(browser)
    values = form(browser) | {"csrf_token": token}
    answer = browser.post("/trial/book", data={k: v for k, v in values.items() if v is not None})
    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    assert booked(browser) == before


def test_a_token_of_somebody_elses_session_is_refused(
    browser: FlaskClient, as_role: Callable[..., FlaskClient]
) -> None:
    assert browser.post("/trial/book", data=form(as_role("secretary", VILLAGE))).status_code == 400


def test_a_form_sent_after_the_log_out_in_another_tab_says_so_and_leads_to_the_log_in(
    app: Flask, browser: FlaskClient
) -> None:
    values, form_of_log_in = form(browser), {"csrf_token": "x", "username": "a", "password": "b"}
    with browser.session_transaction() as session:
        session.clear()
    answer = browser.post("/trial/book", data=values)
    assert answer.status_code == 400
    assert "您已退出登录" in answer.text
    assert 'href="/accounts/login"' in answer.text
    # Who is only just logging in has not been logged out.
    assert "页面已过期" in app.test_client().post("/accounts/login", data=form_of_log_in).text


def test_a_form_sent_twice_is_booked_once(browser: FlaskClient) -> None:
    before = int(booked(browser).partition("[")[0])
    values = form(browser)
    first, second = (browser.post("/trial/book", data=values) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert int(booked(browser).partition("[")[0]) == before + 1
    changed = browser.post("/trial/book", data=values | {"points": "7"})
    assert changed.status_code == 422
    assert "idempotency_key_reused" in changed.text
    assert int(booked(browser).partition("[")[0]) == before + 1


@pytest.mark.parametrize("key", ["", "short", "x" * 101])
def test_a_form_without_its_number_is_refused(browser: FlaskClient, key: str) -> None:
    assert browser.post("/trial/book", data=form(browser, form_key=key)).status_code == 400


def test_a_refused_form_shows_the_sentence_and_its_code(browser: FlaskClient) -> None:
    answer = browser.post("/trial/book", data=form(browser, points="99"))
    assert answer.status_code == 409
    assert "积分不足。" in answer.text
    assert "trial_short" in answer.text


def test_an_unknown_or_missing_field_is_refused(browser: FlaskClient) -> None:
    assert browser.post("/trial/book", data=form(browser, extra="1")).status_code == 422
    assert browser.post("/trial/book", data=form(browser, name=" ")).status_code == 422


def test_nobody_is_sent_to_the_log_in_page_and_back(client: FlaskClient) -> None:
    answer = client.get("/trial/form?a=1&b=2")
    assert answer.status_code == 302
    assert answer.location.endswith("?next=/trial/form?a%3D1%26b%3D2")
    part = client.get("/trial/form", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"][:1]) == (200, "/")


def test_a_right_that_is_not_held_shows_a_page(browser: FlaskClient) -> None:
    answer = browser.get("/trial/secret")
    assert answer.status_code == 403
    assert "您的职务没有这项权限。" in answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_address_that_leads_nowhere_is_not_found_whatever_is_done_there(
    client: FlaskClient, method: str
) -> None:
    assert client.open("/nowhere", method=method).status_code == 404


def test_a_wrong_method_on_a_page_says_which_there_are(client: FlaskClient) -> None:
    answer = client.post("/trial/count")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_an_error_page_that_fails_itself_is_plain_text(app: Flask, client: FlaskClient) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    # The template is broken: its globals are.
    app.jinja_env.globals["url_for"] = fail
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "text/plain"
    assert answer.text == "没有这个网页或接口。"


def test_the_large_print_and_language_cookies_hold_what_is_known_only(client: FlaskClient) -> None:
    client.set_cookie("language", "../../etc/passwd")
    assert client.get("/").status_code == 200
    assert 'lang="zh-CN"' in client.get("/").text


def test_a_county_without_an_address_of_its_own_takes_every_host(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:443", "grid.example.cn.evil.example", "[", ""]
)
def test_another_host_than_the_county_s_own_is_refused_with_its_address(
    county: County, client: FlaskClient, host: str
) -> None:
    county.settings = replace(county.settings, public_url="https://grid.example.cn")
    page = client.get("/", headers={"Host": host})
    assert page.status_code == 400
    assert "https://grid.example.cn" in page.text
    assert "evil" not in page.text
    problem = client.get("/api/v1/health", headers={"Host": host})
    assert (problem.status_code, (problem.json or {})["code"]) == (400, "host_unknown")


@pytest.mark.parametrize(
    "host", ["grid.example.cn", "GRID.example.cn:443", "127.0.0.1:8000", "localhost", "[::1]:80"]
)
def test_the_county_s_own_host_and_the_machine_itself_are_known(
    county: County, client: FlaskClient, host: str
) -> None:
    county.settings = replace(county.settings, public_url="https://grid.example.cn")
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("", 1),
        ("2", 2),
        ("0", 1),
        ("-3", 1),
        ("x", 1),
        ("100000", 100_000),
        ("100001", 1),
        ("9" * 5000, 1),
        ("２", 1),
    ],
)
def test_the_number_of_a_page_is_read_from_anything(app: Flask, raw: str, number: int) -> None:
    with app.test_request_context("/", query_string={"page": raw}):
        assert page_number() == number


@pytest.mark.parametrize(("error", "status"), [(OverflowError("too large for SQLite"), 404), (None, 422)])
def test_numbers_that_nothing_can_hold_are_no_crash(error: Exception | None, status: int) -> None:
    if error is None:
        with pytest.raises(ValueError, match="Exceeds") as caught:
            int("9" * 5000)
        error = caught.value
    assert show(error).status == status
