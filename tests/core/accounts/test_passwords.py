"""Which passwords are good enough, how they are kept, and the first one that must be changed."""

import threading
from collections import Counter

import pytest

from core.accounts.api import actor_for, create_account, operator
from core.accounts.errors import WeakPassword
from core.accounts.models import Account
from core.accounts.passwords import (
    NOBODY,
    demand_strong,
    hash_password,
    make_password,
    needs_rehash,
    verify_password,
)
from core.accounts.services import change_password
from core.db import database
from core.errors import DomainError, TooManyTries
from core.testing import PASSWORD, VILLAGE, JsonClient


@pytest.mark.parametrize(
    "password",
    [
        "Long-enough-1",
        "Abcdefghi1",
        "abcdefgh1!",
        "ABCDEFGH1!",
        "all small letters",
        "村口有棵大的老槐树Aa",
        "八个月亮照着大江A1",
    ],
)
def test_good_passwords(county, password):
    demand_strong(password, "zhangsan")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Short-1", "太短"),
        ("abcdefghij", "字符种类太少"),
        ("Abcdefghij", "字符种类太少"),
        ("My-Zhangsan-1", "不能含有用户名"),
        ("Password123", "太常见"),
        ("P@ssw0rd123", "太常见"),
        ("Aa123456789", "太常见"),
        ("aaaaaaaaaaaaaaaaaaaa", "太常见"),
        ("x" * 129, "太长"),
    ],
)
def test_weak_passwords_are_refused_with_the_rule_they_break(county, password, why):
    with pytest.raises(WeakPassword) as refused:
        demand_strong(password, "zhangsan")
    assert why in refused.value.fields["new_password"][0]


def test_made_up_passwords_are_good_and_easy_to_read(county):
    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        demand_strong(password, "zhangsan")
        assert not set(password) & set("0O1Il")


def test_a_password_is_the_same_typed_with_a_chinese_keyboard(county):
    assert verify_password(hash_password("Abc-１２３４５６"), "Ａbc-123456")


def test_hashes_are_salted_argon2_and_the_dummy_costs_the_same():
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not needs_rehash(first)
    assert not needs_rehash(NOBODY)
    assert not verify_password(first, PASSWORD + "x")
    assert not verify_password("damaged", PASSWORD)


@pytest.fixture
def newcomer(app, account, log_in):
    """A program logged in with an initial password."""
    account("county_admin", VILLAGE)
    made = create_account(operator(), username="newcomer", name="新人", area_code=VILLAGE)
    return JsonClient(app, log_in("newcomer", made.initial_password).json["token"]), made.initial_password


def test_an_initial_password_opens_nothing_but_its_own_change(newcomer, log_in):
    program, initial = newcomer
    refused = program.get("/accounts")
    assert (refused.status_code, refused.json["code"]) == (403, "password_change_required")
    me = program.get("/me")
    assert (me.status_code, me.json["must_change_password"]) == (200, True)
    assert program.get("/health").status_code == 200
    body = {"old_password": initial, "new_password": "Another-one-2026"}
    assert program.post("/me/password", body).status_code == 204
    program.token = log_in("newcomer", "Another-one-2026").json["token"]
    assert program.get("/accounts").json["code"] == "forbidden"
    assert program.get("/me").json["must_change_password"] is False


def test_pages_lead_to_the_password_page_until_it_is_changed(app, submit, newcomer):
    _, initial = newcomer
    browser = app.test_client()
    submit(browser, "/accounts/login", "/accounts/login", username="newcomer", password=initial)
    for path in ("/", "/accounts", "/accounts/tokens"):
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (303, "/accounts/password")
    with browser.get("/static/gridgov.css") as styles:
        assert styles.status_code == 200
    page = browser.get("/accounts/password")
    assert "初始密码" in page.text
    assert submit(browser, "/accounts/password", "/large-print").status_code == 303
    form = {"old_password": initial, "new_password": "Another-one-2026", "repeated": "Another-one-2026"}
    assert submit(browser, "/accounts/password", "/accounts/password", **form).location == "/"
    assert browser.get("/").status_code == 200


def test_guessing_the_old_password_in_an_open_session_locks_the_account(app, account, log_in, frozen_clock):
    made = account("secretary", VILLAGE)
    program = JsonClient(app, log_in(made.username).json["token"])
    statuses = [
        program.post(
            "/me/password", {"old_password": f"Wrong-{n}", "new_password": "Another-one-2026"}
        ).status_code
        for n in range(6)
    ]
    assert statuses == [422] * 5 + [429]
    assert Account.unscoped("a test").where(Account.id == made.id).get().locked_until is not None
    assert log_in(made.username).status_code == 429


def test_forty_guesses_of_the_old_password_at_once_are_five_and_the_lock_stays(account):
    made = account("secretary", VILLAGE)
    acting = actor_for(made.id)
    start = threading.Barrier(40)
    codes = []

    def guess(number):
        with database.connection_context():
            start.wait()
            try:
                change_password(acting, old_password=f"Wrong-{number}", new_password="Another-one-2026")
            except DomainError as error:
                codes.append(error.code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(codes) == {"old_password_wrong": 5, "too_many_tries": 35}
    assert Account.unscoped("a test").where(Account.id == made.id).get().locked_until is not None
    with pytest.raises(TooManyTries):
        change_password(acting, old_password=PASSWORD, new_password="Another-one-2026")


def test_a_refusal_of_the_new_password_does_not_tell_that_the_old_one_was_right(account):
    acting = actor_for(account("secretary", VILLAGE).id)
    for old in (PASSWORD, "Wrong-password-1"):
        with pytest.raises(WeakPassword):
            change_password(acting, old_password=old, new_password="short")


def test_a_new_password_lifts_the_lock(account, log_in):
    from core.accounts.api import set_password

    made = account("secretary", VILLAGE)
    for n in range(6):
        log_in(made.username, f"Wrong-password-{n}")
    fresh = set_password(operator(), made.id)
    assert log_in(made.username, fresh.initial_password).status_code == 201
