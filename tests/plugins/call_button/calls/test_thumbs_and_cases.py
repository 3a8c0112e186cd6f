"""Thumbs belong to the last call that was answered; down is never the end of it. A call becomes a case."""

from typing import Any

import pytest

from core.cases.api import accept_case, case, dispatch_case, resolve_case
from core.errors import Forbidden, Invalid, NotFound
from core.hookspecs import NOW
from core.testing import GRID, SISTER_VILLAGE, VILLAGE
from plugins.call_button.errors.calls import (
    CallHasCase,
    CallMovedOn,
    OwnCallRated,
    ThumbFromDevice,
    ThumbOver,
)
from plugins.call_button.faces.calls import case_panels, day_items, home_cards, household_panels
from plugins.call_button.models.calls import Call
from plugins.call_button.services.call_watch import watch_calls
from plugins.call_button.services.calls import answer_call, arrive, end_call, file_case, give_errand
from plugins.call_button.services.thumbs import rate_call
from tests.plugins.call_button.calls.callers import Callers


def done(callers: Callers, device: Any, **more: Any) -> Any:
    """A call that was answered and ended."""
    row = callers.call(device)
    answer_call(callers.secretary, row.id, how="calling_back")
    end_call(callers.secretary, row.id, **{"reason": "help", "result": "好了", **more})
    return row


def cases() -> list[Any]:
    """All cases."""
    from core.cases.models import Case

    return list(Case.unscoped("test").order_by(Case.id))


def test_up_rates_the_call(callers: Callers) -> None:
    device = callers.device()
    row = done(callers, device)
    callers.wait(minutes=100)
    press, _ = callers.press(device, "up")
    after = callers.row(row.id)
    assert (press.outcome, press.call_id, after.thumb, cases()) == ("rated", row.id, "up", [])
    callers.wait(days=2)
    assert watch_calls() == 0


def test_down_makes_a_case_once(callers: Callers) -> None:
    device = callers.device(2)
    row = done(callers, device)
    for _ in range(3):
        callers.wait(minutes=1)
        assert callers.press(device, "down")[0].outcome == "rated"
    (filed,) = cases()
    assert (filed.kind, filed.id) == ("call_button.unsatisfied", callers.row(row.id).case_id)
    assert (filed.person_id, filed.level) == (callers.people[2].person_ids[0], "town")


def test_down_reopens_the_calls_own_case_one_level_up(callers: Callers) -> None:
    device = callers.device(2)
    row = done(callers, device)
    case_id = file_case(callers.secretary, row.id, text="请帮忙修水管")
    accept_case(callers.secretary, case_id)
    callers.wait(minutes=1)
    callers.press(device, "down")
    # It is still open: it is urged.
    assert (cases()[0].state, cases()[0].urges) == ("accepted", 1)
    callers.press(device, "up", message_id="up")
    resolve_case(callers.secretary, case_id, outcome="solved", answer="修好了")
    level = cases()[0].level
    callers.wait(minutes=1)
    callers.press(device, "down", message_id="down")
    (again,) = cases()
    assert (level, again.level, again.state) == ("village", "town", "reopened")
    assert callers.steps(row.id)[-2:] == ["rate", "reopen"]


def test_a_thumb_is_about_the_last_answered_call(callers: Callers) -> None:
    device, other = callers.device(), callers.device(2)
    answered = done(callers, device)
    done(callers, other)
    callers.wait(minutes=5)
    ringing = callers.call(device)
    press, _ = callers.press(device, "up")
    assert press.call_id == answered.id
    assert callers.row(ringing.id).thumb == ""


def test_a_thumb_without_an_answered_call_is_about_nothing(callers: Callers) -> None:
    device = callers.device()
    call = callers.call(device)
    assert callers.press(device, "down")[0].outcome == "nothing"
    callers.press(device, "red")
    assert callers.press(device, "up")[0].outcome == "nothing"
    assert callers.row(call.id).thumb == ""


def test_a_thumb_after_its_window_is_about_nothing(callers: Callers) -> None:
    device = callers.device()
    done(callers, device)
    callers.wait(minutes=121)
    press, _ = callers.press(device, "down")
    assert (press.outcome, press.call_id, cases()) == ("nothing", None, [])


def test_without_a_thumb_the_grid_member_is_asked_to_ask(callers: Callers) -> None:
    row = done(callers, callers.device(2))
    done(callers, callers.device(1), reason="mistake", result="")
    callers.wait(hours=23)
    assert watch_calls() == 0
    callers.wait(hours=1)
    assert watch_calls() == 1
    assert callers.told("call_button.thumb_was_missing") == [callers.member.account_id]
    items = [item.kind for item in day_items(callers.member)]
    assert items == ["呼叫回访"]
    rate_call(callers.member, row.id, thumb="up")
    assert callers.row(row.id).thumb == "up"
    assert list(day_items(callers.member)) == []
    assert watch_calls() == 0


def test_who_may_put_a_thumb_down_and_when(callers: Callers, actor: Any) -> None:
    row = callers.call(callers.device(2))
    with pytest.raises(ThumbOver):
        rate_call(callers.town, row.id, thumb="up")
    answer_call(callers.secretary, row.id, how="calling_back")
    with pytest.raises(Invalid):
        rate_call(callers.town, row.id, thumb="sideways")
    with pytest.raises(CallMovedOn):
        rate_call(callers.town, row.id, thumb="up")
    answer_call(callers.leader, row.id, how="on_my_way", take_over=True)
    arrive(callers.leader, row.id)
    answer_call(callers.member, row.id, how="on_my_way", take_over=True)
    end_call(callers.member, row.id, reason="help", result="好了")
    for worker in (callers.secretary, callers.leader, callers.member):
        with pytest.raises(OwnCallRated):
            rate_call(worker, row.id, thumb="up")
    with pytest.raises(NotFound):
        rate_call(actor("secretary", SISTER_VILLAGE), row.id, thumb="up")
    rate_call(callers.town, row.id, thumb="down")
    assert [each.kind for each in cases()] == ["call_button.unsatisfied"]


def test_what_the_resident_pressed_is_never_replaced_by_what_somebody_puts_down(callers: Callers) -> None:
    device = callers.device(2)
    row = done(callers, device)
    rate_call(callers.member, row.id, thumb="up")
    rate_call(callers.member, row.id, thumb="down")
    callers.press(device, "down")
    with pytest.raises(ThumbFromDevice):
        rate_call(callers.member, row.id, thumb="up")
    assert callers.row(row.id).thumb == "down"


def test_whoever_worked_on_a_call_is_not_asked_to_ask(callers: Callers) -> None:
    row = callers.call(callers.device(2))
    answer_call(callers.member, row.id, how="on_my_way")
    end_call(callers.member, row.id, reason="help", result="好了")
    callers.wait(days=1)
    watch_calls()
    assert callers.told("call_button.thumb_was_missing") == [callers.leader.account_id]
    assert list(day_items(callers.member)) == []
    assert [item.kind for item in day_items(callers.leader)] == ["呼叫回访"]


def test_the_page_offers_the_thumbs_only_to_others(callers: Callers, as_role: Any, submit: Any) -> None:
    row = callers.call(callers.device(2))
    path = f"/call-button/calls/{row.id}"
    client = as_role("secretary", VILLAGE)
    assert submit(client, path, f"{path}/answer", how="on_my_way").status_code == 303
    assert submit(client, path, f"{path}/end", reason="help", result="好了").status_code == 303
    assert f"{path}/rate" not in client.get(path).text
    assert submit(client, path, f"{path}/rate", thumb="up").status_code == 403
    assert callers.row(row.id).thumb == ""
    assert f"{path}/rate" in as_role("grid_member", GRID).get(path).text


def test_an_order_is_a_case_and_both_lead_to_each_other(callers: Callers) -> None:
    row = callers.call(callers.device(2))
    with pytest.raises(CallMovedOn):
        file_case(callers.secretary, row.id, text="请帮忙买药")
    answer_call(callers.secretary, row.id, how="calling_back")
    case_id = file_case(callers.secretary, row.id, text="请帮忙买药")
    seen = case(callers.secretary, case_id)
    assert (seen.kind, callers.row(row.id).case_id) == ("call_button.order", case_id)
    (panel,) = case_panels(callers.secretary, case_id)
    assert panel.values["href"].endswith(f"/{row.id}")
    with pytest.raises(CallHasCase):
        give_errand(callers.secretary, row.id, text="请帮忙买药")


def test_an_errand_begins_at_the_grid(callers: Callers) -> None:
    row = callers.call(callers.device(2))
    answer_call(callers.secretary, row.id, how="calling_back")
    give_errand(callers.secretary, row.id, text="代缴电费")
    (filed,) = cases()
    assert (filed.kind, filed.level, filed.desk_area) == ("call_button.errand", "grid", GRID)


def test_what_the_countys_rules_bring_to_the_village_the_secretary_gives_to_the_grid(
    callers: Callers, as_role: Any
) -> None:
    row = callers.call(callers.device(2))
    answer_call(callers.secretary, row.id, how="calling_back")
    case_id = file_case(callers.secretary, row.id, text="请帮忙买药")
    assert case(callers.secretary, case_id).level == "village"
    page = as_role("secretary", VILLAGE).get(f"/cases/{case_id}").text
    assert "交办" in page
    dispatch_case(callers.secretary, case_id, level="grid", area_code=GRID)
    accept_case(callers.member, case_id)
    assert case(callers.secretary, case_id).desk_area == GRID


def test_a_case_shows_its_call_to_nobody_outside(callers: Callers, actor: Any) -> None:
    row = callers.call(callers.device(2))
    answer_call(callers.secretary, row.id, how="calling_back")
    case_id = file_case(callers.secretary, row.id, text="请帮忙买药")
    for role, area in (("secretary", SISTER_VILLAGE), ("resident", GRID)):
        assert list(case_panels(actor(role, area), case_id)) == []
    assert list(case_panels(callers.secretary, case_id + 1)) == []


def test_what_waits_for_whom(callers: Callers, actor: Any) -> None:
    row = callers.call(callers.device(2))
    stranger, resident = actor("secretary", SISTER_VILLAGE), actor("resident", GRID)
    assert [(item.urgency, item.due) for item in day_items(callers.secretary)] == [(NOW, None)]
    assert [len(card.values["calls"]) for card in home_cards(callers.secretary)] == [1]
    assert list(day_items(callers.town)) == []
    assert len(list(home_cards(callers.town))) == 1
    for who in (stranger, resident):
        assert list(day_items(who)) == list(home_cards(who)) == []
    answer_call(callers.secretary, row.id, how="calling_back")
    assert [(item.kind, item.urgency) for item in day_items(callers.secretary)] == [("我接听的呼叫", 1)]
    assert list(day_items(callers.leader)) == []
    assert list(home_cards(callers.secretary)) == []
    (panel,) = household_panels(callers.secretary, row.household_id)
    assert panel.values["total"] == 1
    assert list(household_panels(callers.secretary, callers.people[0].id)) == []
    assert list(household_panels(resident, row.household_id)) == []


def test_a_case_that_cannot_be_filed_is_tried_again(callers: Callers) -> None:
    """The area is not there for a while: the thumb is stored at once, its case follows."""
    from core.areas.models import Area
    from core.db import unit_of_work

    device = callers.device(2)
    row = done(callers, device)
    with unit_of_work(housekeeping="a division without this village"):
        Area.update(code="341504999999").where(Area.code == device.area_code).execute()
    press, _ = callers.press(device, "down")
    after = callers.row(row.id)
    assert (press.outcome, after.thumb, after.case_id, cases()) == ("rated", "down", None, [])
    assert "case_refused" in callers.steps(row.id)
    with unit_of_work(housekeeping="the village is back"):
        Area.update(code=device.area_code).where(Area.code == "341504999999").execute()
    callers.wait(minutes=10)
    assert watch_calls() == 1
    assert callers.row(row.id).case_id == cases()[0].id
    assert watch_calls() == 0


def test_only_staff_with_the_right_make_cases(callers: Callers, actor: Any) -> None:
    row = callers.call(callers.device(2))
    answer_call(callers.secretary, row.id, how="calling_back")
    with pytest.raises(Forbidden):
        file_case(actor("supervisor", GRID), row.id, text="请帮忙买药")
    assert Call.unscoped("test").where(Call.case_id.is_null(False)).count() == 0
