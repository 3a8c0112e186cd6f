"""What a screen is told: every change, none of another village, nothing where nothing changed."""

import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.county import county
from core.db import database
from core.scope import AreaScope
from core.testing import FAR_VILLAGE, TOWN, VILLAGE
from plugins.call_button.call_words import OPEN
from plugins.call_button.queries import board as queries
from plugins.call_button.queries.board import AT_ONCE, Board, board, newest_number
from plugins.call_button.services.calls import answer_call, arrive, end_call
from plugins.call_button.services.changes import next_change
from tests.plugins.call_button.calls.callers import Callers

HERE = AreaScope((VILLAGE,))
CHANGES = "/call-button/board/changes"


def last_call() -> int:
    from plugins.call_button.models.calls import Call

    row = Call.unscoped("the last call of a test").order_by(Call.id.desc()).first()
    return row.id if row else 0


def states(found: Board) -> dict[int, str]:
    return {call.id: call.state for call in found.calls}


def test_a_screen_hears_of_a_press_and_of_whoever_takes_it(callers: Callers) -> None:
    first = board(HERE, 0)
    assert (first.calls, first.is_whole) == ((), True)
    row = callers.call(callers.device())
    rings = board(HERE, 0)
    assert states(rings) == {row.id: "ringing"}
    assert board(HERE, rings.number).calls == ()
    answer_call(callers.secretary, row.id, how="on_my_way")
    taken = board(HERE, rings.number)
    assert (states(taken), taken.is_whole) == ({row.id: "answered"}, False)
    assert taken.calls[0].taken_name == "测试secretary"
    assert taken.number > rings.number
    arrive(callers.secretary, row.id)
    end_call(callers.secretary, row.id, reason="help", result="已帮忙")
    assert states(board(HERE, taken.number)) == {row.id: "done"}
    # What is over stays on the screen that is opened later today, and no longer tomorrow.
    assert states(board(HERE, 0)) == {row.id: "done"}
    callers.wait(days=1)
    assert states(board(HERE, 0)) == {}


def test_an_open_call_of_yesterday_is_still_there(callers: Callers) -> None:
    row = callers.call(callers.device())
    callers.wait(days=2)
    assert states(board(HERE, 0)) == {row.id: "ringing"}


def test_another_village_hears_nothing_and_goes_on_from_the_newest_number(callers: Callers) -> None:
    row = callers.call(callers.device())
    far = board(AreaScope((FAR_VILLAGE,)), 0)
    assert far.calls == ()
    answer_call(callers.secretary, row.id, how="on_my_way")
    later = board(AreaScope((FAR_VILLAGE,)), far.number)
    assert (later.calls, later.number) == ((), newest_number())
    assert board(AreaScope(()), 0).calls == ()
    assert states(board(AreaScope((TOWN, FAR_VILLAGE)), far.number)) == {row.id: "answered"}


def test_nothing_changed_costs_one_statement_that_an_index_answers(callers: Callers) -> None:
    for home in range(3):
        callers.call(callers.device(home))
    number = newest_number()
    run, seen = database.obj.run, []

    def watched(sql: str, *more: Any) -> Any:
        seen.append((sql, *more))
        return run(sql, *more)

    queries._CHANGED._handle = None  # compiled anew with the watched way to run it
    database.obj.run = watched
    try:
        assert board(HERE, number).calls == ()
    finally:
        database.obj.run = run
        queries._CHANGED._handle = None
    assert len(seen) == 1
    if "sqlite" in type(database.obj).__name__.lower():
        plan = " ".join(str(line) for line in run(f"EXPLAIN QUERY PLAN {seen[0][0]}", seen[0][1]).fetchall())
        assert "USING INDEX call_changed" in plan, plan
        assert "SCAN" not in plan, plan


def test_many_changes_come_in_parts_and_none_is_left_out(callers: Callers) -> None:
    from core.db import unit_of_work
    from plugins.call_button.models.calls import Call

    row = callers.call(callers.device())
    began = newest_number()
    many = AT_ONCE + 30
    for home in range(many):
        with unit_of_work(housekeeping="many calls for a test"):
            Call.create(
                area_code=VILLAGE,
                device_id=1000 + home,
                household_id=row.household_id,
                kind="button",
                state="ringing",
                changed=next_change(),
                rung_at=row.rung_at,
            )
    seen: set[int] = set()
    number, has_more, asked = began, True, 0
    while has_more:
        found = board(HERE, number)
        number, has_more, asked = found.number, found.has_more, asked + 1
        seen |= {call.id for call in found.calls}
    assert (len(seen), asked) == (many, 2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.sampled_from(["press", "press2", "red", "take", "arrive", "end", "look", "wait"]), max_size=25
    )
)
def test_what_a_screen_adds_up_is_what_a_new_screen_is_told(callers: Callers, deeds: list[str]) -> None:
    from core.errors import DomainError
    from plugins.call_button.models.calls import Call

    mine = Call.id > last_call()
    devices = [callers.device(0), callers.device(2)]
    found = board(HERE, 0)
    number, shown = found.number, states(found)

    def look() -> None:
        nonlocal number
        changed = board(HERE, number)
        if changed.is_whole:
            shown.clear()
        shown.update(states(changed))
        number = changed.number

    does: dict[str, Callable[[], Any]] = {
        "press": lambda: callers.press(devices[0]),
        "press2": lambda: callers.press(devices[1]),
        "red": lambda: callers.press(devices[0], "red"),
        "take": lambda: answer_call(callers.secretary, last_call(), how="calling_back"),
        "arrive": lambda: arrive(callers.secretary, last_call()),
        "end": lambda: end_call(callers.secretary, last_call(), reason="help", result="好了"),
        "look": look,
        "wait": lambda: callers.wait(seconds=7),
    }
    for deed in deeds:
        try:
            does[deed]()
        except DomainError:
            continue
    look()
    there = {row.id: row.state for row in Call.unscoped("the calls of a test").where(mine)}
    assert {number: shown[number] for number in there} == there
    new = states(board(HERE, 0))
    assert {number for number, state in there.items() if state in OPEN} <= set(new)
    assert {number: state for number, state in new.items() if number in there}.items() <= there.items()


def test_the_page_answers_nothing_while_nothing_is_new(
    callers: Callers, as_role: Callable[..., FlaskClient]
) -> None:
    browser = as_role("secretary", VILLAGE)
    row = callers.call(callers.device(2))
    first = browser.get(f"{CHANGES}?since=0")
    found = json.loads(first.data)
    assert (first.status_code, found["whole"], [call["id"] for call in found["calls"]]) == (
        200,
        True,
        [row.id],
    )
    (call,) = found["calls"]
    assert (call["who"], call["place"], call["told"]) == ("李网格", "床头", "村书记")
    assert call["areaName"], "the grid is what tells homes of a village apart"
    again = browser.get(f"{CHANGES}?since={found['number']}")
    assert (again.status_code, again.data) == (204, b"")
    for odd in ("-1", "x", "9" * 40, ""):
        assert json.loads(browser.get(f"{CHANGES}?since={odd}").data)["whole"] is True
    callers.press(callers.device(1))
    assert browser.get(f"{CHANGES}?since={found['number']}").status_code == 200


def test_a_screen_is_for_whoever_may_see_calls_there(
    callers: Callers, as_role: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    row = callers.call(callers.device())
    far = as_role("secretary", FAR_VILLAGE)
    assert json.loads(far.get(f"{CHANGES}?since=0").data)["calls"] == []
    assert far.get(f"{CHANGES}?since=0&area={VILLAGE}").status_code == 404
    assert far.get(f"{CHANGES}?since=0&area=x").status_code == 404
    for path in ("/call-button/board/calls/", "/call-button/calls/"):
        assert far.get(f"{path}{row.id}").status_code == 404
    assert as_role("resident", VILLAGE).get(CHANGES).status_code == 403
    # A page that is open notices by this that its log-in is over.
    assert client.get(CHANGES).status_code == 302


def test_contacts_are_masked_until_somebody_says_that_they_look(
    callers: Callers, as_role: Callable[..., FlaskClient], submit: Callable[..., Any]
) -> None:
    from core.audit import AuditLine
    from core.db import unit_of_work
    from plugins.call_button.models.devices import DeviceContact
    from plugins.call_button.queries.contacts import NAME_SEALED, PHONE_SEALED

    device = callers.device()
    row = callers.call(device)
    seal = county().keys.seal
    with unit_of_work(housekeeping="a contact for a test"):
        DeviceContact.create(
            device_id=device.id,
            position=1,
            relation="child",
            name=seal("王小明", NAME_SEALED),
            phone=seal("13900001234", PHONE_SEALED),
        )
    browser = as_role("secretary", VILLAGE)
    page = f"/call-button/calls/{row.id}"
    facts = browser.get(f"/call-button/board/calls/{row.id}").text
    for text in (facts, browser.get(page).text):
        assert "王**" in text
        assert "139****1234" in text
        assert "13900001234" not in text
    shown = submit(browser, page, f"/call-button/board/calls/{row.id}/contacts").text
    assert 'href="tel:13900001234"' in shown
    assert "王小明" in shown
    whole = submit(browser, page, f"{page}/contacts").text
    assert 'href="tel:13900001234"' in whole
    lines = AuditLine.unscoped("a test counts them").where(
        AuditLine.action == "call_button.reveal_call_contacts"
    )
    assert lines.count() == 2
    far = as_role("secretary", FAR_VILLAGE)
    assert submit(far, "/call-button/calls", f"/call-button/board/calls/{row.id}/contacts").status_code == 404


def test_two_presses_of_the_button_take_a_call_once_and_the_second_hand_is_told_who(
    callers: Callers, as_role: Callable[..., FlaskClient], submit: Callable[..., Any]
) -> None:
    row = callers.call(callers.device())
    one, other = as_role("secretary", VILLAGE), as_role("town_official", TOWN)
    take = f"/call-button/board/calls/{row.id}/answer"
    for _ in range(2):
        answer = submit(one, "/call-button/board", take, how="on_my_way", form_key="board:1:1:on_my_way")
        assert (answer.status_code, answer.get_json()["said"]) == (200, "已由您接听。")
    assert callers.steps(row.id).count("take") == 1
    late = submit(other, "/call-button/board", take, how="calling_back")
    assert late.status_code == 409
    assert "测试secretary" in late.get_json()["said"]
    assert submit(one, "/call-button/board", take, how="flying").status_code == 422


def test_the_interface_tells_programs_the_same(callers: Callers, api_as: Callable[..., Any]) -> None:
    row = callers.call(callers.device())
    program = api_as("town_official", TOWN)
    found = program.get("/call-changes").get_json()
    assert [(call["id"], call["state"]) for call in found["calls"]] == [(str(row.id), "ringing")]
    assert found["is_whole"] is True
    after = program.get(f"/call-changes?since={found['number']}").get_json()
    assert (after["calls"], after["number"]) == ([], found["number"])
    assert program.get("/call-changes?since=-1").status_code == 422
    assert api_as("resident", VILLAGE).get("/call-changes").status_code == 403


def test_pages_work_without_scripts(
    callers: Callers, as_role: Callable[..., FlaskClient], submit: Callable[..., Any]
) -> None:
    row = callers.call(callers.device(2))
    browser = as_role("grid_member", callers.row(row.id).area_code)
    page = browser.get("/call-button/board").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "李网格" in page
    one = f"/call-button/calls/{row.id}"
    assert submit(browser, "/call-button/calls", f"{one}/answer", how="on_my_way").status_code == 303
    assert submit(browser, one, f"{one}/arrive").status_code == 303
    # What was typed is still there where it was refused.
    refused = submit(browser, one, f"{one}/end", reason="", result="修好了水管")
    assert (refused.status_code, "修好了水管" in refused.text) == (422, True)
    assert submit(browser, one, f"{one}/end", reason="repair", result="修好了水管").status_code == 303
    assert submit(browser, one, f"{one}/errand", text="买两袋米").status_code == 303
    assert callers.row(row.id).case_id is not None
    # Who took it does not rate it; somebody else asks, and writes it down.
    other = as_role("town_official", TOWN)
    assert submit(other, one, f"{one}/rate", thumb="up").status_code == 303
    assert callers.row(row.id).thumb == "up"


def test_a_town_sees_the_village_and_further_presses_of_a_call_in_hand(
    callers: Callers, as_role: Callable[..., FlaskClient]
) -> None:
    device = callers.device()
    row = callers.call(device)
    answer_call(callers.secretary, row.id, how="on_my_way")
    callers.wait(minutes=1)
    callers.press(device)
    (found,) = as_role("town_official", TOWN).get(CHANGES).get_json()["calls"]
    assert found["againWords"] == "又按了 1 次"
    assert found["areaName"]
