"""Logging in with a browser: cookie, forms, where it leads."""

import pytest

from core.accounts.paths import local_path
from core.testing import COUNTY_CODE, PASSWORD, VILLAGE, JsonClient


@pytest.fixture
def secretary(account):
    """The user name of a secretary."""
    return account("secretary", VILLAGE).username


def sign_in(submit, browser, username, **query):
    """Fill in the log-in page."""
    address = "/accounts/login" + (f"?next={query['next']}" if query else "")
    return submit(browser, address, address, username=username, password=PASSWORD)


def test_a_page_that_needs_a_login_leads_there_and_back(client, submit, secretary):
    away = client.get("/accounts?search=a")
    assert away.status_code == 302
    assert "next=" in away.location
    answer = submit(client, away.location, away.location, username=secretary, password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/accounts?search=a")
    assert client.get("/accounts").status_code == 200


def test_the_login_page_keeps_the_name_and_says_what_is_wrong(client, submit, secretary):
    answer = submit(client, "/accounts/login", "/accounts/login", username=secretary, password="Wrong-1-x")
    assert answer.status_code == 401
    assert f'value="{secretary}"' in answer.text
    assert "用户名或密码不对" in answer.text
    assert "Wrong-1-x" not in answer.text


def test_a_cookie_from_before_the_login_is_worth_nothing_after_it(app, submit, secretary):
    victim, attacker = app.test_client(), app.test_client()
    victim.get("/accounts/login")
    before = victim.get_cookie("gridgov").value
    sign_in(submit, victim, secretary)
    assert victim.get_cookie("gridgov").value != before
    attacker.set_cookie("gridgov", before)
    assert attacker.get("/accounts").status_code == 302


def test_each_login_gets_a_new_session_and_ends_the_one_before(app, submit, secretary):
    browser = app.test_client()
    sign_in(submit, browser, secretary)
    first = browser.get_cookie("gridgov").value
    # The log-in page of somebody logged in leads on; the form may still be open in another tab.
    page = app.test_client()
    page.get("/accounts/login")
    token = submit  # the browser itself still has a page with its own token
    answer = token(browser, "/accounts/password", "/accounts/login", username=secretary, password=PASSWORD)
    assert answer.status_code == 303
    thief = app.test_client()
    thief.set_cookie("gridgov", first)
    assert thief.get("/accounts").status_code == 302
    assert browser.get("/accounts").status_code == 200


def test_a_copied_cookie_dies_with_the_logout(app, submit, secretary):
    browser, thief = app.test_client(), app.test_client()
    sign_in(submit, browser, secretary)
    thief.set_cookie("gridgov", browser.get_cookie("gridgov").value)
    assert thief.get("/accounts").status_code == 200
    answer = submit(browser, "/accounts", "/accounts/logout")
    assert (answer.status_code, answer.location) == (303, "/accounts/login")
    assert thief.get("/accounts").status_code == 302


def test_logging_out_twice_is_no_error(client, submit, secretary):
    sign_in(submit, client, secretary)
    for _ in range(2):
        assert submit(client, "/accounts/login" if _ else "/accounts", "/accounts/logout").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, submit, secretary):
    answer = sign_in(submit, client, secretary)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("gridgov="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


def test_a_form_without_its_token_changes_nothing(client, secretary):
    client.get("/accounts/login")
    answer = client.post("/accounts/login", data={"username": secretary, "password": PASSWORD})
    assert answer.status_code == 400
    assert "form_expired" in answer.text
    assert client.get("/accounts").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\tevil",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/%0d%0aSet-Cookie:x=1\r\n",
    ],
)
def test_a_login_never_leads_to_another_site(app, target):
    with app.test_request_context():
        assert local_path(target) == "/"


def test_a_login_leads_home_when_next_is_foreign(client, submit, secretary):
    answer = sign_in(submit, client, secretary, next="//evil.example/")
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_cookie_does_not_open_the_interface_nor_a_bearer_token_the_pages(app, submit, secretary, log_in):
    browser = app.test_client()
    sign_in(submit, browser, secretary)
    assert browser.get("/api/v1/me").status_code == 401
    token = log_in(secretary).json["token"]
    assert JsonClient(app, token).get("/me").status_code == 200
    page = app.test_client().get("/accounts", headers={"Authorization": f"Bearer {token}"})
    assert page.status_code == 302


def test_an_api_token_in_a_cookie_opens_no_page(app, api_as):
    program = api_as("county_admin", COUNTY_CODE)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["token"] = program.token
    assert browser.get("/accounts").status_code == 302


def test_the_page_to_change_the_password_renews_this_browser_and_ends_the_others(app, submit, secretary):
    here, elsewhere = app.test_client(), app.test_client()
    for browser in (here, elsewhere):
        sign_in(submit, browser, secretary)
    form = {"old_password": PASSWORD, "new_password": "Another-one-2026", "repeated": "Another-one-2026"}
    answer = submit(here, "/accounts/password", "/accounts/password", **form)
    assert (answer.status_code, answer.location) == (303, "/")
    assert here.get("/accounts").status_code == 200
    assert elsewhere.get("/accounts").status_code == 302


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"old_password": "Wrong-one-1"}, "原密码不对"),
        ({"repeated": "Something-else-1"}, "两次填写的新密码不同"),
        ({"new_password": "short", "repeated": "short"}, "密码不够安全"),
        ({"new_password": PASSWORD, "repeated": PASSWORD}, "新密码不能与原密码相同"),
    ],
)
def test_the_password_page_says_what_is_wrong(client, submit, secretary, form, sentence):
    sign_in(submit, client, secretary)
    good = {"old_password": PASSWORD, "new_password": "Another-one-2026", "repeated": "Another-one-2026"}
    answer = submit(client, "/accounts/password", "/accounts/password", **{**good, **form})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert client.get("/accounts").status_code == 200
