"""A child reads the calls of its parents' household: masked, from then on, until either side ends it."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import now
from core.errors import Forbidden, Invalid, NotFound, TooManyTries, Unauthenticated
from core.security import ANONYMOUS, Actor
from core.testing import VILLAGE, JsonClient

Home = Any


def begin(home: Home, who: Actor, **more: str) -> int:
    from plugins.call_button.services.shares import begin_share

    return begin_share(who, home.household_id, **{**home.reader, "relation": "child", **more})


def test_the_child_reads_that_household_only_and_only_from_then_on(home: Home) -> None:
    from plugins.call_button.queries.shares import own_shares, shared_calls

    home.call(state="done", ended_at=now())
    home.move_clock(now() + timedelta(hours=1))
    share_id = begin(home, home.parent)
    home.call(home.other_id)
    home.move_clock(now() + timedelta(hours=1))
    taken = {"state": "answered", "taken_by": home.secretary.account_id}
    kept = home.call(**taken, answered_at=now() + timedelta(seconds=40))
    share, calls, total = shared_calls(home.child, share_id)
    assert (share.head, total, [call.id for call in calls]) == ("赵**", 1, [kept])
    assert (calls[0].answered_by, calls[0].answer_seconds) == ("测**********", 40)
    assert not {"result", "household_id", "reason"} & set(type(calls[0]).__annotations__)
    assert [row.id for row in own_shares(home.child)] == [share_id]


def test_what_is_open_when_the_share_begins_or_is_pressed_again_later_counts(home: Home) -> None:
    from plugins.call_button.models.calls import Call, Press
    from plugins.call_button.queries.shares import shared_calls

    still_open, pressed, rated = home.call(), home.call(state="done"), home.call(state="done")
    Call.update(ended_at=now()).where(Call.id.in_((pressed, rated))).execute()
    home.move_clock(now() + timedelta(hours=1))
    share_id = begin(home, home.parent)
    for call_id, outcome in ((pressed, "joined"), (rated, "rated")):
        Press.create(
            area_code=VILLAGE,
            device_id=1,
            digest=secrets.token_bytes(8),
            key="1",
            gesture="single",
            meaning="call",
            outcome=outcome,
            received_at=now(),
            call_id=call_id,
        )
    _, calls, total = shared_calls(home.child, share_id)
    assert (total, {call.id for call in calls}) == (2, {still_open, pressed})


def test_nobody_else_reads_through_a_share(home: Home) -> None:
    from plugins.call_button.queries.shares import household_shares, own_shares, shared_calls

    share_id = begin(home, home.parent)
    for other in (home.neighbour, home.parent):
        assert own_shares(other) == []
        with pytest.raises(NotFound):
            shared_calls(other, share_id)
    with pytest.raises(Forbidden):
        shared_calls(home.secretary, share_id)
    with pytest.raises(Unauthenticated):
        shared_calls(ANONYMOUS, share_id)
    for other in (home.neighbour, home.child, home.stranger):
        with pytest.raises(NotFound):
            household_shares(other, home.household_id)


def test_the_secretary_shares_with_the_residents_word_only_and_only_in_the_village(home: Home) -> None:
    with pytest.raises(Invalid):
        begin(home, home.secretary)
    for other in (home.stranger, home.neighbour, home.child):
        with pytest.raises(NotFound):
            begin(home, other, word="by_phone")
    assert begin(home, home.secretary, word="by_phone")


@pytest.mark.parametrize("ender", ["parent", "secretary", "child"])
def test_either_side_ends_it_at_once(home: Home, ender: str) -> None:
    from plugins.call_button.queries.shares import shared_calls
    from plugins.call_button.services.shares import end_share

    share_id = begin(home, home.parent)
    for other in (home.neighbour, home.stranger):
        with pytest.raises(NotFound):
            end_share(other, share_id)
    end_share(getattr(home, ender), share_id)
    with pytest.raises(NotFound):
        shared_calls(home.child, share_id)
    with pytest.raises(NotFound):
        end_share(home.parent, share_id)
    assert begin(home, home.parent) != share_id


def test_a_reader_is_named_in_full_and_guessing_is_slow(
    home: Home, monkeypatch: pytest.MonkeyPatch, account: Callable[..., Any]
) -> None:
    from core.accounts.api import GuessCounter
    from plugins.call_button.errors.shares import ReaderUnknown, ShareTwice

    monkeypatch.setattr(
        "plugins.call_button.services.shares._guesses", GuessCounter(6, timedelta(minutes=30), forgets=True)
    )
    staff = account("secretary", "341504002001").username
    wrong: list[dict[str, str]] = [{"username": home.username[:-1]}, {"name": "测试"}, {"username": ""}]
    wrong += [{"username": "%"}, {"username": staff, "name": "测试secretary"}]
    for each in wrong:
        with pytest.raises(ReaderUnknown):
            begin(home, home.parent, **each)
    begin(home, home.parent, username=f" {home.username.upper()} ")
    with pytest.raises(ShareTwice):
        begin(home, home.parent)
    with pytest.raises(ReaderUnknown):
        begin(home, home.parent, name="错")
    with pytest.raises(TooManyTries):
        begin(home, home.parent)


def test_members_of_the_household_are_no_readers_and_five_are_enough(
    home: Home, account: Callable[..., Any], people: Any
) -> None:
    from plugins.call_button.errors.shares import ReaderUnknown, TooManyShares
    from plugins.call_button.share_words import MOST_SHARES

    member = account("resident", "341504001001", person_id=people[0].person_ids[1])
    with pytest.raises(ReaderUnknown):
        begin(home, home.parent, username=member.username)
    for _ in range(MOST_SHARES):
        begin(home, home.parent, username=account("resident", "341504002001").username)
    with pytest.raises(TooManyShares):
        begin(home, home.parent)


def test_a_household_takes_its_shares_along_and_ends_them_with_itself(home: Home) -> None:
    from plugins.call_button.models.calls import Share
    from plugins.call_button.queries.shares import own_shares
    from plugins.call_button.services.shares import end_share, household_ended, household_moved

    share_id = begin(home, home.parent)
    household_moved(home.household_id, "341504001002")
    assert Share.unscoped("test").where(Share.id == share_id).get().area_code == "341504001002"
    with pytest.raises(NotFound):
        end_share(home.secretary, share_id)
    assert own_shares(home.child)
    household_ended(home.household_id)
    assert own_shares(home.child) == []


def test_it_is_on_record(home: Home) -> None:
    from core.audit import AuditLine
    from plugins.call_button.services.shares import end_share

    share_id = begin(home, home.secretary, word="in_writing")
    end_share(home.child, share_id)
    lines = AuditLine.unscoped("test").where(AuditLine.subject == f"call_button_share:{share_id}")
    found = [(line.action, line.account_id) for line in lines.order_by(AuditLine.seq)]
    assert found == [
        ("call_button.begin_share", home.secretary.account_id),
        ("call_button.end_share", home.child.account_id),
    ]
    assert '"word":"in_writing"' in next(iter(lines)).detail


def browser_of(app: Flask, account_id: int) -> FlaskClient:
    from core.accounts.api import open_session, operator

    browser = app.test_client()
    with browser.session_transaction() as session:
        session["token"] = open_session(operator(), account_id).token
    return browser


def send(browser: FlaskClient, page: str, action: str, **form: str) -> Any:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found is not None
    sent = {"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
    return browser.post(action, data=sent)


def test_the_pages_of_parent_and_child(home: Home, app: Flask) -> None:
    parent, child = browser_of(app, home.parent.account_id), browser_of(app, home.child.account_id)
    page, action = "/call-button/shares", f"/call-button/households/{home.household_id}/shares"
    assert send(parent, page, action, username="nobody", name="x", relation="child").status_code == 422
    assert send(parent, page, action, **home.reader, relation="child").status_code == 303
    home.call(state="done", ended_at=now())
    assert "家人的呼叫" in child.get("/").text
    shown = child.get("/call-button/shared", follow_redirects=True)
    assert "已办结" in shown.text
    assert "赵**" in shown.text
    for hidden in ("赵大山", "13900000000", "送医院", "前街"):
        assert hidden not in shown.text
    for closed in (f"/households/{home.household_id}", "/call-button/duty", action):
        assert child.get(closed).status_code in (403, 404), closed
    share_id = re.search(r"/shares/([0-9]+)/end", shown.text)
    assert share_id is not None
    ended = send(child, f"/call-button/shared/{share_id[1]}", f"/call-button/shares/{share_id[1]}/end")
    assert ended.status_code == 303
    assert child.get(f"/call-button/shared/{share_id[1]}").status_code == 404


def test_the_pages_of_the_secretary(home: Home, app: Flask) -> None:
    secretary = browser_of(app, home.secretary.account_id)
    page = f"/call-button/households/{home.household_id}/shares"
    assert send(secretary, page, page, **home.reader, relation="child").status_code == 422
    assert send(secretary, page, page, **home.reader, relation="child", word="in_person").status_code == 303
    assert "测试resident" in secretary.get(page).text
    assert browser_of(app, home.stranger.account_id).get(page).status_code == 404


def test_a_program_shares_and_reads(home: Home, api_as: Callable[..., JsonClient]) -> None:
    secretary = api_as("secretary", VILLAGE)
    new = {**home.reader, "household_id": str(home.household_id), "relation": "child"}
    assert secretary.call("POST", "/call-shares", new).get_json()["code"] == "invalid"
    made = secretary.call("POST", "/call-shares", {**new, "word": "by_phone"})
    assert made.status_code == 201, made.text
    assert made.get_json()["head"] == "赵**"
    listed = secretary.call("GET", f"/call-shares?household_id={home.household_id}").get_json()
    assert [row["id"] for row in listed] == [made.get_json()["id"]]
    stranger = api_as("resident", VILLAGE)
    one = f"/call-shares/{made.get_json()['id']}"
    assert stranger.call("GET", f"{one}/calls").status_code == 404
    assert stranger.call("DELETE", one).status_code == 404
    assert stranger.call("GET", "/call-shares").get_json() == []
    assert secretary.call("DELETE", one).status_code == 204
    assert secretary.call("GET", "/call-shares").status_code == 403
