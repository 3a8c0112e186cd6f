"""A press becomes a call, or a part of one; never nothing without a reason."""

import sys
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from core.clock import now
from core.db import unit_of_work
from core.scope import AreaScope
from core.testing import TOWN, VILLAGE
from plugins.call_button.models.calls import Call, Press
from plugins.call_button.queries.calls import call, ringing_calls
from plugins.call_button.services.call_watch import watch_calls
from plugins.call_button.services.calls import answer_call, arrive, end_call
from plugins.call_button.services.ladder import climb
from tests.plugins.call_button.calls.callers import Callers


def calls() -> int:
    """How many calls there are."""
    return Call.unscoped("test").count()


def test_green_rings_with_the_secretary(callers: Callers) -> None:
    device = callers.device()
    press, is_new = callers.press(device)
    call = callers.row(press.call_id)
    assert is_new
    assert (press.outcome, press.meaning, call.state, call.kind) == ("called", "call", "ringing", "button")
    assert (call.area_code, call.household_id, call.rung) == (device.area_code, device.household_id, 0)
    assert call.rung_at == now()
    assert call.climbs_at == now() + timedelta(seconds=30)
    assert callers.told() == [callers.secretary.account_id]
    assert callers.steps(call.id) == ["ring", "tell"]


def test_the_same_message_three_times_is_one_press(callers: Callers) -> None:
    device = callers.device()
    found = []
    for _ in range(3):
        found.append(callers.press(device, message_id="m-1"))
        callers.wait(minutes=7)
    assert [is_new for _, is_new in found] == [True, False, False]
    assert len({press.id for press, _ in found}) == 1
    assert (calls(), callers.row(found[0][0].call_id).urgency, len(callers.told())) == (1, 1, 1)


def test_a_message_that_says_two_keys_is_two_presses(callers: Callers) -> None:
    device = callers.device()
    pair = [callers.press(device, key, message_id="m-1") for key in ("green", "up")]
    assert [is_new for _, is_new in pair] == [True, True]


def test_without_numbers_time_tells_the_same_press_from_a_further_one(callers: Callers) -> None:
    device, other = callers.device(), callers.device(1)
    first, _ = callers.press(device)
    callers.wait(seconds=2.999)
    again, is_new = callers.press(device)
    assert (again.id, is_new) == (first.id, False)
    _, of_another_device = callers.press(other)
    assert of_another_device
    callers.wait(seconds=0.001)
    further, is_new = callers.press(device)
    assert is_new
    assert (further.outcome, further.call_id) == ("joined", first.call_id)
    assert callers.row(first.call_id).urgency == 2


def test_another_gesture_is_another_press(callers: Callers) -> None:
    device = callers.device()
    callers.press(device)
    held, is_new = callers.press(device, gesture="hold")
    assert (held.outcome, is_new) == ("joined", True)


def test_further_presses_tell_the_same_people_again_but_not_at_each(callers: Callers) -> None:
    device = callers.device()
    call = callers.call(device)
    for _ in range(10):
        callers.wait(seconds=4)
        callers.press(device)
    # Every ten seconds at most, four apart: after 12, 24 and 36 seconds.
    assert callers.told() == [callers.secretary.account_id] * 4
    assert callers.steps(call.id) == ["ring", "tell", "again", "again", "again"]
    assert callers.row(call.id).urgency == 11


def test_a_press_of_a_call_that_somebody_has_tells_them(callers: Callers) -> None:
    device = callers.device()
    call = callers.call(device)
    answer_call(callers.town, call.id, how="on_my_way")
    callers.wait(seconds=20)
    press, _ = callers.press(device)
    assert (press.outcome, press.call_id) == ("joined", call.id)
    assert callers.told() == [callers.secretary.account_id, callers.town.account_id]


def test_a_press_rings_again_when_whoever_took_the_call_may_be_gone(callers: Callers) -> None:
    device = callers.device(2)
    row = callers.call(device)
    callers.wait(seconds=3)
    answer_call(callers.town, row.id, how="on_my_way")
    arrive(callers.town, row.id)
    answered_at = callers.row(row.id).answered_at
    callers.wait(minutes=9, seconds=59)
    callers.press(device)
    before = callers.row(row.id)
    assert (before.state, before.urgency, before.taken_by) == ("arrived", 2, callers.town.account_id)
    callers.wait(seconds=4)
    press, _ = callers.press(device)
    after = callers.row(row.id)
    assert (press.outcome, press.call_id) == ("joined", row.id)
    assert (after.state, after.rung, after.urgency, after.taken_by) == ("ringing", 0, 3, None)
    assert after.changed > before.changed
    assert after.climbs_at == now() + timedelta(seconds=30)
    assert callers.steps(row.id)[-2:] == ["ring_again", "tell"]
    assert callers.told()[-2:] == [callers.town.account_id, callers.secretary.account_id]
    assert [each.id for each in ringing_calls(AreaScope((VILLAGE,)))] == [row.id]
    # Red takes nothing back that somebody once answered.
    callers.press(device, "red")
    assert callers.row(row.id).state == "ringing"
    callers.wait(seconds=30)
    assert climb() == 1
    assert callers.told()[-1] == callers.leader.account_id
    seen = call(callers.secretary, row.id)
    # Whoever waits now has waited since it rang again.
    assert (seen.waits_since, seen.rung_at) == (now() - timedelta(seconds=30), row.rung_at)
    assert (seen.seconds, seen.answer_seconds, seen.taken_name) == (30, None, "")
    callers.wait(minutes=60)
    watch_calls()
    assert callers.row(row.id).case_id is not None
    answer_call(callers.secretary, row.id, how="calling_back")
    taken = call(callers.secretary, row.id)
    assert (taken.state, taken.answered_at, taken.answer_seconds) == ("answered", answered_at, 3)
    assert climb() == 0
    callers.wait(minutes=2)
    callers.press(device)
    assert callers.row(row.id).state == "answered"


def test_after_the_end_a_press_is_a_new_call_that_says_it_follows(callers: Callers) -> None:
    device = callers.device()
    first = callers.call(device)
    answer_call(callers.secretary, first.id, how="calling_back")
    end_call(callers.secretary, first.id, reason="help", result="讲清楚了")
    callers.wait(seconds=119)
    second = callers.call(device)
    assert (second.id != first.id, second.follows_id) == (True, first.id)
    assert callers.row(first.id).state == "done"
    callers.press(device, "red")
    callers.wait(seconds=121)
    assert callers.call(device).follows_id is None


def test_red_takes_a_call_back_and_whoever_was_told_hears_it(callers: Callers) -> None:
    device = callers.device(2)
    call = callers.call(device)
    callers.wait(seconds=31)
    assert climb() == 1
    press, _ = callers.press(device, "red")
    row = callers.row(call.id)
    assert (press.outcome, press.call_id, row.state) == ("cancelled", call.id, "cancelled")
    assert row.cancelled_at == row.ended_at == now()
    told = callers.told()
    assert told == [callers.secretary.account_id, callers.leader.account_id]
    assert sorted(callers.told("call_button.call_was_over")) == sorted(told)
    callers.wait(hours=2)
    assert climb() == 0


@pytest.mark.parametrize("seconds", [61, -61])
def test_red_too_late_is_noted_only(callers: Callers, seconds: int) -> None:
    device = callers.device()
    call = callers.call(device)
    callers.wait(seconds=seconds)
    press, _ = callers.press(device, "red")
    assert (press.outcome, callers.row(call.id).state) == ("nothing", "ringing")
    assert callers.steps(call.id)[-1] == "cancel_late"
    assert press.call_id == call.id


def test_red_of_a_call_that_somebody_has_is_noted_only(callers: Callers) -> None:
    device = callers.device()
    call = callers.call(device)
    answer_call(callers.secretary, call.id, how="calling_back")
    press, _ = callers.press(device, "red")
    assert (press.outcome, callers.row(call.id).state) == ("nothing", "answered")


def test_red_of_a_call_that_somebody_has_tells_them_and_stands_on_top(callers: Callers, as_role: Any) -> None:
    device = callers.device(2)
    row = callers.call(device)
    path = f"/call-button/calls/{row.id}"
    browser = as_role("town_official", TOWN)
    answer_call(callers.leader, row.id, how="on_my_way")
    for seconds in (20, 5, 5):
        callers.wait(seconds=seconds)
        callers.press(device, "red")
    # As with green, every ten seconds at most.
    assert callers.told() == [callers.secretary.account_id, callers.leader.account_id]
    page = browser.get(path).text
    assert "按了红键，请与本人核实" in page
    assert page.index("按了红键，请与本人核实") < page.index("cb-state")
    callers.wait(seconds=20)
    callers.press(device)
    assert "按了红键，请与本人核实" not in browser.get(path).text


def test_red_without_a_call_is_stored_and_does_nothing(callers: Callers) -> None:
    press, is_new = callers.press(callers.device(), "red")
    assert (press.outcome, press.call_id, is_new, calls()) == ("nothing", None, True, 0)


def test_a_devices_own_keys_come_before_the_countys(callers: Callers) -> None:
    device = callers.device(keys='{"green": "cancel", "up": "call"}')
    assert callers.press(device, "green")[0].meaning == "cancel"
    assert callers.press(device, "up")[0].outcome == "called"
    assert callers.press(device, "down")[0].meaning == "dissatisfied"


def test_a_key_that_nobody_knows_is_stored_and_does_nothing(callers: Callers) -> None:
    press, _ = callers.press(callers.device(), "purple")
    assert (press.meaning, press.outcome, calls()) == ("unknown", "nothing", 0)
    press, _ = callers.press(callers.device(model="gone"), "green")
    assert (press.meaning, press.outcome, calls()) == ("unknown", "nothing", 0)


def test_smoke_is_a_call_of_its_own_kind(callers: Callers) -> None:
    button, smoke = callers.device(), callers.device(kind="smoke")
    assert callers.call(button).kind == "button"
    press, _ = callers.press(smoke, "smoke")
    assert (press.meaning, press.outcome, callers.row(press.call_id).kind) == ("alarm", "called", "smoke")
    assert calls() == 2


@pytest.mark.parametrize(("off", "believed"), [(600, True), (-600, True), (601, False), (-86_400, False)])
def test_a_clock_that_is_far_off_is_not_believed(callers: Callers, off: int, believed: bool) -> None:
    said = now() + timedelta(seconds=off)
    press, _ = callers.press(callers.device(), said=said)
    assert press.pressed_at == (said if believed else None)
    assert callers.row(press.call_id).rung_at == now()


def test_a_thousand_presses_a_minute_are_one_call_and_hold_up_nobody(callers: Callers) -> None:
    mad, quiet = callers.device(), callers.device(1)
    call = callers.call(mad)
    for number in range(1000):
        callers.wait(seconds=0.06)
        callers.press(mad, message_id=f"m{number}")
    assert calls() == 1
    row = callers.row(call.id)
    counted = Press.unscoped("test").where((Press.call_id == call.id) & (Press.outcome == "counted")).count()
    assert Press.unscoped("test").where(Press.call_id == call.id).count() == 1001
    assert counted == 1001 - row.urgency
    assert 20 <= row.urgency <= 41
    assert len(callers.told()) <= 8
    assert callers.call(quiet).state == "ringing"


def test_a_flood_never_keeps_a_call_from_ringing(callers: Callers) -> None:
    device = callers.device()
    call = callers.call(device)
    for number in range(40):
        callers.press(device, message_id=f"m{number}")
    answer_call(callers.secretary, call.id, how="calling_back")
    end_call(callers.secretary, call.id, reason="mistake", result="")
    press, _ = callers.press(device, message_id="after")
    assert press.outcome == "called"
    # Red is only counted in a flood: the call rings on.
    assert callers.press(device, "red", message_id="red")[0].outcome == "nothing"
    assert callers.row(press.call_id).state == "ringing"


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_jumps_loses_no_press(callers: Callers, hours: int) -> None:
    device, other = callers.device(), callers.device(1)
    first = callers.call(device)
    callers.wait(hours=hours)
    joined, is_new = callers.press(device)
    assert (is_new, joined.outcome, joined.call_id) == (True, "joined", first.id)
    assert callers.press(other)[0].outcome == "called"


def test_a_press_that_was_not_stored_is_new_when_it_comes_again(callers: Callers) -> None:
    """The service falls before the commit: nothing is there; after it: the same press is known."""
    device = callers.device()
    with suppress(SystemExit), unit_of_work(housekeeping="a batch"):
        callers.press(device, message_id="m")
        sys.exit()
    assert (calls(), Press.unscoped("test").count(), callers.told()) == (0, 0, [])
    assert callers.press(device, message_id="m")[1]
    assert not callers.press(device, message_id="m")[1]
    assert calls() == 1


def test_nobody_holds_a_post_and_the_press_is_stored_all_the_same(callers: Callers) -> None:
    from core.accounts.models import Post

    with unit_of_work(housekeeping="everybody is gone"):
        Post.delete().execute()
    press, _ = callers.press(callers.device())
    row = callers.row(press.call_id)
    assert (press.outcome, row.state, callers.told()) == ("called", "ringing", [])
    assert row.climbs_at is not None


def test_what_is_wrong_with_messages_does_not_cost_a_press(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rung that the settings no longer know: the press is stored, the call stays due."""
    from core.county import plugin_settings

    ladder = plugin_settings("call_button")["ladder"]
    monkeypatch.setitem(plugin_settings("call_button"), "ladder", [{"who": "nobody", "seconds": 5}])
    press, _ = callers.press(callers.device())
    row = callers.row(press.call_id)
    assert (row.state, row.climbs_at, callers.told()) == ("ringing", now(), [])
    monkeypatch.setitem(plugin_settings("call_button"), "ladder", ladder)
    assert climb() == 1
    assert callers.told() == [callers.secretary.account_id]


def test_what_happens_is_announced_and_on_record_without_names(callers: Callers) -> None:
    from core.audit import AuditLine
    from core.events import StoredEvent

    press, _ = callers.press(callers.device())
    (event,) = StoredEvent.unscoped("test").where(StoredEvent.kind == "call_button.CallButtonPressed")
    assert event.subject == f"call_button_call:{press.call_id}"
    assert f'"press":{press.id}' in event.payload
    lines = [
        row.action for row in AuditLine.unscoped("test").where(AuditLine.action.startswith("call_button"))
    ]
    assert lines == ["call_button.tell_call", "call_button.press"]
    assert event.area_code == VILLAGE
