"""API tokens: no wider than their account, with an end, revocable, shown once."""

from datetime import timedelta

import pytest

from core.accounts.api import (
    create_token,
    disable_account,
    enable_account,
    issue_tokens,
    operator,
    revoke_token,
    set_password,
)
from core.accounts.errors import TokenTooWide
from core.accounts.models import Token
from core.errors import Forbidden, NotFound
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, PASSWORD, VILLAGE, JsonClient


def test_a_token_may_do_only_what_it_was_made_for(app, api_as):
    admin = api_as("county_admin", COUNTY_CODE)
    made = admin.post("/tokens", {"title": "数据交换", "permissions": ["accounts.view"]})
    assert made.status_code == 201
    assert made.json["token"].startswith("gt_")
    program = JsonClient(app, made.json["token"])
    assert program.get("/accounts").status_code == 200
    assert program.get("/plugins").status_code == 403
    assert program.get("/me").json["permissions"] == ["accounts.view"]
    body = {"username": "intruder", "name": "某人", "area_code": VILLAGE}
    assert program.post("/accounts", body).status_code == 403


def test_a_token_is_stored_as_a_hash_and_listed_without_it(api_as):
    admin = api_as("county_admin", COUNTY_CODE)
    secret = admin.post("/tokens", {"title": "数据交换"}).json["token"]
    listed = admin.get("/tokens")
    assert listed.headers["X-Total-Count"] == "2"
    assert secret not in listed.text
    assert all(secret.encode() not in bytes(row.token_hash) for row in Token.select())


def test_a_repeated_request_gets_the_same_token_and_the_database_still_does_not_hold_it(api_as):
    from core.db import database

    admin = api_as("county_admin", COUNTY_CODE)
    first, second = (admin.post("/tokens", {"title": "数据交换"}, key="one-and-only") for _ in range(2))
    assert first.json["token"] == second.json["token"]
    (stored,) = database.execute_sql("SELECT body FROM core_stored_answer").fetchone()
    assert first.json["token"].encode() not in bytes(stored)


def test_a_token_cannot_be_wider_than_its_maker(api_as, actor):
    admin = api_as("county_admin", COUNTY_CODE)
    for wish in (["system.audit"], ["no.such_thing"], ["accounts.view", "system.audit"]):
        answer = admin.post("/tokens", {"title": "太宽", "permissions": wish})
        assert (answer.status_code, answer.json["code"]) == (422, "token_too_wide")
    with pytest.raises(TokenTooWide):
        create_token(operator(), actor("secretary", VILLAGE).account_id, title="x", permissions=["none"])


def test_a_limited_token_makes_and_revokes_no_token_and_takes_no_account_over(api_as, account):
    limited = api_as("county_admin", COUNTY_CODE, permissions=["accounts.tokens", "accounts.manage"])
    own, other = limited.get("/me").json["id"], account("resident", VILLAGE).id
    answers = [
        limited.post("/tokens", {"title": "更宽"}),
        limited.post("/tokens", {"title": "同样", "permissions": ["accounts.tokens"]}),
        limited.call("DELETE", f"/tokens/{limited.get('/tokens').json[0]['id']}"),
        limited.post(f"/accounts/{own}/password"),
        limited.call("PUT", f"/accounts/{own}/state", {"enabled": False}),
        limited.post("/me/password", {"old_password": PASSWORD, "new_password": PASSWORD + "2"}),
        limited.post(f"/accounts/{other}/password"),
        limited.post(f"/accounts/{other}/posts", {"role": "county_admin", "area_code": COUNTY_CODE}),
    ]
    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(403, "token_limited")] * 8
    assert limited.get("/me").status_code == 200


def test_a_new_password_revokes_every_token_of_the_account(app, account):
    made = account("secretary", VILLAGE)
    token = create_token(operator(), made.id, title="x").token
    set_password(operator(), made.id, PASSWORD + "2", must_change_password=False)
    assert JsonClient(app, token).get("/me").status_code == 401


def test_enabling_an_account_does_not_revive_its_tokens(app, account):
    made = account("secretary", VILLAGE)
    token = create_token(operator(), made.id, title="x").token
    disable_account(operator(), made.id)
    enable_account(operator(), made.id)
    assert JsonClient(app, token).get("/me").status_code == 401


def test_a_token_ends(app, account, frozen_clock):
    made = create_token(operator(), account("secretary", VILLAGE).id, title="短", days=2)
    program = JsonClient(app, made.token)
    assert program.get("/me").status_code == 200
    frozen_clock(MONDAY_MORNING + timedelta(days=2))
    assert program.get("/me").status_code == 401


def test_a_revoked_token_opens_nothing(app, api_as):
    admin = api_as("county_admin", COUNTY_CODE)
    made = admin.post("/tokens", {"title": "短"}).json
    assert admin.call("DELETE", f"/tokens/{made['id']}").status_code == 204
    assert JsonClient(app, made["token"]).get("/me").status_code == 401
    assert admin.call("DELETE", f"/tokens/{made['id']}").status_code == 404


def test_tokens_of_a_disabled_account_open_nothing(app, account):
    made = account("secretary", VILLAGE)
    token = create_token(operator(), made.id, title="x").token
    assert JsonClient(app, token).get("/me").status_code == 200
    disable_account(operator(), made.id)
    assert JsonClient(app, token).get("/me").status_code == 401
    with pytest.raises(NotFound):
        create_token(operator(), made.id, title="x")


def test_nobody_makes_or_revokes_a_token_of_somebody_else(actor, account):
    admin, other = actor("county_admin", COUNTY_CODE), account("county_admin", COUNTY_CODE)
    with pytest.raises(NotFound):
        create_token(admin, other.id, title="x")
    token = create_token(operator(), other.id, title="x")
    with pytest.raises(NotFound):
        revoke_token(admin, token.id)
    with pytest.raises(Forbidden):
        issue_tokens(admin, [other.id], title="x")
    with pytest.raises(Forbidden):
        create_token(actor("secretary", VILLAGE), 1, title="x")
    revoke_token(operator(), token.id)


def test_a_token_holds_its_account_s_areas(api_as, account):
    account("secretary", FAR_VILLAGE)
    assert api_as("secretary", VILLAGE).get("/accounts").headers["X-Total-Count"] == "1"


def test_many_tokens_at_once(app, account):
    ids = [account("secretary", VILLAGE).id for _ in range(3)]
    tokens = issue_tokens(operator(), ids, title="seed")
    for number, token in tokens.items():
        assert JsonClient(app, token).get("/me").json["id"] == str(number)


def test_the_page_shows_a_token_once_and_revokes_it(app, as_role, submit):
    browser = as_role("county_admin", COUNTY_CODE)
    form = {"title": "数据交换", "days": "30", "permissions": ["accounts.view", "accounts.tokens"]}
    made = submit(browser, "/accounts/tokens", "/accounts/tokens", **form)
    secret = made.text.split("<code>")[1].split("</code>")[0]
    assert secret.startswith("gt_")
    assert JsonClient(app, secret).get("/me").json["permissions"] == ["accounts.tokens", "accounts.view"]
    listed = browser.get("/accounts/tokens").text
    assert "数据交换" in listed
    assert secret not in listed
    number = Token.get().id
    assert submit(browser, "/accounts/tokens", f"/accounts/tokens/{number}/revoke").status_code == 303
    assert "已吊销" in browser.get("/accounts/tokens").text
    wrong = submit(browser, "/accounts/tokens", "/accounts/tokens", title="保留我", days="5000")
    assert wrong.status_code == 422
    assert "保留我" in wrong.text
