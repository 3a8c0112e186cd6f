"""Logging in: who gets in, who is locked out, and what an attacker learns (nothing)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from argon2 import extract_parameters

from core.accounts import passwords
from core.accounts.models import Account, Session
from core.accounts.services import sessions
from core.audit import AuditLine
from core.testing import COUNTY_CODE, MONDAY_MORNING, PASSWORD, VILLAGE, JsonClient

# As in a county; the test county's are quick.
HASHER, NOBODY = passwords._HASHER, passwords.NOBODY


def test_the_right_password_opens_a_session(app, account, log_in):
    made = account("secretary", VILLAGE)
    answer = log_in(made.username)
    assert answer.status_code == 201
    assert answer.json["account_id"] == str(made.id)
    assert answer.json["token"].startswith("gs_")
    me = JsonClient(app, answer.json["token"]).get("/me").json
    assert (me["id"], me["username"]) == (str(made.id), made.username)
    assert me["posts"][0]["role"] == "secretary"
    assert "accounts.view" in me["permissions"]


def test_tokens_are_stored_as_hashes_only(account, log_in):
    token = log_in(account("secretary", VILLAGE).username).json["token"]
    stored = bytes(Session.get().token_hash)
    assert len(stored) == 32
    assert token.encode() not in stored


def test_names_are_found_in_capitals_and_full_width(account, log_in):
    made = account("secretary", VILLAGE)
    assert log_in("  ＳＥＣＲＥＴＡＲＹ－1 ").status_code == 201, made.username


def test_wrong_password_and_unknown_name_get_the_same_answer(account, log_in):
    wrong = log_in(account("secretary", VILLAGE).username, "Wrong-password-1")
    unknown = log_in("nobody-here", "Wrong-password-1")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json["code"] == "credentials_wrong"


def test_an_unknown_name_costs_the_same_hashing_as_a_known_one(account, log_in, monkeypatch):
    monkeypatch.setattr(passwords, "_HASHER", HASHER)
    monkeypatch.setattr(sessions, "NOBODY", NOBODY)
    made = account("secretary", VILLAGE)
    verified = []

    def verify(hash, password):
        verified.append((extract_parameters(hash), password))
        return HASHER.verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", SimpleNamespace(verify=verify))
    assert log_in(made.username, "Wrong-password-1").status_code == 401
    assert log_in("nobody-here", "Wrong-password-1").status_code == 401
    known, unknown = verified
    assert known == unknown


@pytest.mark.parametrize("exists", [True, False])
def test_five_wrong_passwords_lock_known_and_unknown_names_alike(account, log_in, frozen_clock, exists):
    username = account("secretary", VILLAGE).username if exists else "nobody-here"
    answers = [log_in(username, f"Wrong-password-{n}") for n in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert answers[-1].json["code"] == "too_many_tries"
    assert "15" in answers[-1].json["detail"]
    assert int(answers[-1].headers["Retry-After"]) == 15 * 60


def test_a_locked_account_opens_again_when_the_time_is_over(account, log_in, frozen_clock):
    username = account("secretary", VILLAGE).username
    for n in range(5):
        log_in(username, f"Wrong-password-{n}")
    assert log_in(username).status_code == 429, "the right password does not lift the lock"
    frozen_clock(MONDAY_MORNING + timedelta(minutes=14, seconds=59))
    assert log_in(username).status_code == 429
    frozen_clock(MONDAY_MORNING + timedelta(minutes=15))
    assert log_in(username, "Wrong-password-9").status_code == 401, "the count begins anew"
    assert log_in(username).status_code == 201


def test_a_good_login_forgets_the_failures_before_it(account, log_in):
    username = account("secretary", VILLAGE).username
    for _ in range(2):
        for n in range(4):
            log_in(username, f"Wrong-password-{n}")
        assert log_in(username).status_code == 201


def log_in_from(app, address, username, password=PASSWORD, **headers):
    """The status of a log-in that comes from `address`."""
    return (
        app.test_client()
        .post(
            "/api/v1/sessions",
            json={"username": username, "password": password},
            environ_base={"REMOTE_ADDR": address},
            headers=headers,
        )
        .status_code
    )


def spray(app, address, forwarded=None):
    """A hundred wrong names from one address."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return {log_in_from(app, address, f"nobody-{n}", "Wrong-password-1", **headers) for n in range(100)}


def test_one_address_cannot_spray_many_names(app, account, frozen_clock):
    username = account("secretary", VILLAGE).username
    assert spray(app, "203.0.113.7") == {401}
    assert log_in_from(app, "203.0.113.7", username) == 429
    assert log_in_from(app, "203.0.113.8", username) == 201
    frozen_clock(MONDAY_MORNING + timedelta(minutes=16))
    assert log_in_from(app, "203.0.113.7", username) == 201


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", ""])
def test_the_machine_s_own_address_is_never_locked_since_a_proxy_speaks_for_everybody(app, account, address):
    username = account("secretary", VILLAGE).username
    assert spray(app, address, "203.0.113.7") == {401}
    assert log_in_from(app, address, username) == 201


@pytest.mark.parametrize("county_sections", ["[security]\ntrusted_proxies = 1\n"])
def test_behind_a_proxy_the_attacker_is_locked_out_and_nobody_else(app, account, county_sections):
    username = account("secretary", VILLAGE).username
    # What the client itself writes stands further left and is not believed.
    assert spray(app, "127.0.0.1", "198.51.100.1, 203.0.113.7") == {401}
    for_attacker, for_others = {"X-Forwarded-For": "9.9.9.9, 203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
    assert log_in_from(app, "127.0.0.1", username, **for_attacker) == 429
    assert log_in_from(app, "127.0.0.1", username, **for_others) == 201


def test_a_disabled_account_looks_like_a_wrong_password(account, log_in):
    made = account("secretary", VILLAGE)
    Account.update(disabled_at=MONDAY_MORNING).where(Account.id == made.id).execute()
    answer = log_in(made.username)
    assert (answer.status_code, answer.json["code"]) == (401, "credentials_wrong")


def test_good_and_bad_logins_are_on_the_record_where_they_belong(account, log_in):
    made = account("secretary", VILLAGE)
    log_in(made.username)
    log_in(made.username, "Wrong-password-1")
    log_in("nobody-here", "Wrong-password-1")
    lines = [
        (line.action, line.area_code, line.subject)
        for line in AuditLine.unscoped("a test").order_by(AuditLine.seq)
        if "log_in" in line.action
    ]
    assert lines == [
        ("accounts.log_in", VILLAGE, f"account:{made.id}"),
        ("accounts.refuse_log_in", VILLAGE, f"account:{made.id}"),
        ("accounts.refuse_log_in", COUNTY_CODE, "account:unknown"),
    ]
    everything = "".join(line.detail + line.subject for line in AuditLine.unscoped("a test"))
    assert "nobody-here" not in everything
    assert PASSWORD not in everything


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "a"},
        {"username": "a", "password": ""},
        {"username": "a", "password": "x" * 129},
        {"username": "a" * 41, "password": "x"},
        {"username": 5, "password": "x"},
        {"username": "a", "password": None},
        {"username": "a", "password": "x", "remember": True},
    ],
)
def test_a_body_that_is_no_login_is_refused_by_field(anonymous, body):
    answer = anonymous.post("/sessions", body)
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_half_a_surrogate_pair_is_just_a_wrong_password(client, account):
    username = account("secretary", VILLAGE).username
    for name, password in ((username, r"\ud800"), (r"\ud800\u0000abc", "x")):
        body = f'{{"username": "{name}", "password": "{password}"}}'
        answer = client.post("/api/v1/sessions", data=body, content_type="application/json")
        assert answer.status_code == 401
