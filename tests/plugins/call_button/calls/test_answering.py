"""Taking a call, going there, ending it: one has it, and the other hears who."""

from typing import Any

import pytest

from core.errors import Forbidden, Invalid, NotFound
from core.security import Actor
from core.testing import FAR_VILLAGE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.call_button.errors.calls import CallMovedOn, CallTaken
from plugins.call_button.queries.calls import Wanted, call, list_calls
from plugins.call_button.services.calls import answer_call, arrive, end_call, note_call
from plugins.call_button.services.ladder import climb
from tests.plugins.call_button.calls.callers import Callers


def test_from_the_answer_to_the_end(callers: Callers) -> None:
    row = callers.call(callers.device())
    callers.wait(seconds=25)
    answer_call(callers.secretary, row.id, how="calling_back")
    callers.wait(minutes=1)
    answer_call(callers.secretary, row.id, how="on_my_way")
    callers.wait(minutes=9)
    arrive(callers.secretary, row.id)
    callers.wait(minutes=5)
    end_call(callers.secretary, row.id, reason="repair", result="换了灯泡")
    seen = call(callers.secretary, row.id)
    assert (seen.state, seen.seconds, seen.reason, seen.result) == ("done", 25, "repair", "换了灯泡")
    assert [step.deed for step in seen.steps] == ["ring", "tell", "take", "take", "arrive", "end"]
    assert [step.who for step in seen.steps[:2]] == ["", ""]
    assert {step.who for step in seen.steps[2:]} == {callers.secretary.name}
    assert [step.words for step in seen.steps[2:4]] == ["正在回电", "正在赶去"]
    assert seen.steps[1].title == "已通知"
    assert seen.steps[1].told == (callers.secretary.name,)
    assert seen.name == "赵大山"
    callers.wait(hours=1)
    assert climb() == 0


def test_the_same_answer_twice_is_one(callers: Callers) -> None:
    row = callers.call(callers.device())
    for _ in range(2):
        answer_call(callers.secretary, row.id, how="calling_back")
    assert callers.steps(row.id) == ["ring", "tell", "take"]


def test_the_second_one_hears_who_has_it_and_may_take_over(callers: Callers) -> None:
    row = callers.call(callers.device(2))
    answer_call(callers.secretary, row.id, how="calling_back")
    with pytest.raises(CallTaken) as refusal:
        answer_call(callers.leader, row.id, how="on_my_way")
    assert refusal.value.params == {"name": callers.secretary.name}
    answered_at = callers.row(row.id).answered_at
    callers.wait(minutes=3)
    answer_call(callers.leader, row.id, how="on_my_way", take_over=True)
    after = callers.row(row.id)
    assert (after.taken_by, after.answered_at) == (callers.leader.account_id, answered_at)
    assert callers.steps(row.id)[-1] == "take_over"
    with pytest.raises(CallTaken):
        arrive(callers.secretary, row.id)
    with pytest.raises(CallTaken):
        end_call(callers.secretary, row.id, reason="help", result="好了")
    arrive(callers.leader, row.id)
    arrived_at = callers.row(row.id).arrived_at
    callers.wait(minutes=3)
    answer_call(callers.secretary, row.id, how="on_my_way", take_over=True)
    arrive(callers.secretary, row.id)
    assert callers.row(row.id).arrived_at == arrived_at


def test_the_answer_time_belongs_to_who_answered_first(callers: Callers, as_role: Any) -> None:
    row = callers.call(callers.device(2))
    callers.wait(seconds=3)
    answer_call(callers.member, row.id, how="calling_back")
    callers.wait(minutes=3)
    browser = as_role("town_official", TOWN)
    path = f"/call-button/calls/{row.id}"
    assert "接手</p>" not in browser.get(path).text
    answer_call(callers.leader, row.id, how="on_my_way", take_over=True)
    seen = call(callers.secretary, row.id)
    first, second = callers.member.name, callers.leader.name
    assert (seen.first_taker, seen.taken_name, seen.answer_seconds) == (first, second, 3)
    assert f"{first} 3 秒接听 · {second} 接手</p>" in browser.get(path).text


def test_what_does_not_fit_the_state_is_refused(callers: Callers) -> None:
    row = callers.call(callers.device())
    with pytest.raises(CallMovedOn):
        arrive(callers.secretary, row.id)
    with pytest.raises(CallMovedOn):
        end_call(callers.secretary, row.id, reason="mistake", result="")
    answer_call(callers.secretary, row.id, how="calling_back")
    arrive(callers.secretary, row.id)
    with pytest.raises(CallMovedOn):
        arrive(callers.secretary, row.id)
    end_call(callers.secretary, row.id, reason="mistake", result="")
    with pytest.raises(CallMovedOn):
        answer_call(callers.secretary, row.id, how="calling_back", take_over=True)
    with pytest.raises(CallMovedOn):
        end_call(callers.secretary, row.id, reason="mistake", result="")


@pytest.mark.parametrize(
    ("deed", "field"),
    [
        (lambda who, key: answer_call(who, key, how="later"), "how"),
        (lambda who, key: end_call(who, key, reason="because", result="x"), "reason"),
        (lambda who, key: end_call(who, key, reason="help", result=" "), "result"),
        (lambda who, key: end_call(who, key, reason="help", result="长" * 501), "result"),
        (lambda who, key: note_call(who, key, words=""), "words"),
    ],
)
def test_what_cannot_be_understood_is_refused(callers: Callers, deed: Any, field: str) -> None:
    row = callers.call(callers.device())
    with pytest.raises(Invalid) as refusal:
        deed(callers.secretary, row.id)
    assert set(refusal.value.fields) == {field}


def test_a_note_stands_in_the_history_whatever_the_state(callers: Callers) -> None:
    row = callers.call(callers.device())
    note_call(callers.town, row.id, words="已联系邻居先去看看")
    assert call(callers.secretary, row.id).steps[-1].words == "已联系邻居先去看看"
    assert callers.row(row.id).state == "ringing"


DEEDS = {
    "answer": lambda who, key: answer_call(who, key, how="calling_back"),
    "arrive": arrive,
    "end": lambda who, key: end_call(who, key, reason="mistake", result=""),
    "note": lambda who, key: note_call(who, key, words="看看"),
    "see": call,
}


@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize(
    ("role", "area"),
    [
        ("secretary", SISTER_VILLAGE),
        ("secretary", FAR_VILLAGE),
        ("grid_leader", GRID),
        ("town_official", OTHER_TOWN),
    ],
)
def test_outside_ones_areas_a_call_does_not_exist(
    callers: Callers, actor: Any, role: str, area: str, name: str
) -> None:
    row = callers.call(callers.device())
    stranger: Actor = actor(role, area)
    with pytest.raises(NotFound):
        DEEDS[name](stranger, row.id)
    assert list_calls(stranger, Wanted()) == ([], 0)
    with pytest.raises(NotFound):
        list_calls(stranger, Wanted(area_code=VILLAGE))
    assert callers.row(row.id).version == row.version


def test_whoever_only_looks_on_does_nothing(callers: Callers, actor: Any) -> None:
    row = callers.call(callers.device())
    supervisor = actor("supervisor", VILLAGE)
    assert call(supervisor, row.id).state == "ringing"
    for name in ("answer", "arrive", "end", "note"):
        with pytest.raises(Forbidden):
            DEEDS[name](supervisor, row.id)
    with pytest.raises(Forbidden):
        call(actor("resident", VILLAGE), row.id)


def test_lists_by_state_place_and_household(callers: Callers) -> None:
    first = callers.call(callers.device())
    callers.wait(minutes=1)
    second = callers.call(callers.device(2))
    answer_call(callers.secretary, first.id, how="calling_back")
    end_call(callers.secretary, first.id, reason="company", result="聊了一会儿")

    def ids(**wanted: Any) -> list[int]:
        return [row.id for row in list_calls(callers.secretary, Wanted(**wanted))[0]]

    assert ids() == [second.id, first.id]
    assert ids(state="open") == ids(state="ringing") == ids(area_code=GRID) == [second.id]
    assert ids(state="over") == ids(state="done") == ids(mine=True) == [first.id]
    assert ids(household_id=callers.people[2].id) == [second.id]
    assert ids(since=second.rung_at) == [second.id]
    assert ids(until=second.rung_at) == [first.id]
    assert ids(kind="smoke") == ids(thumb="down") == []
    rows, total = list_calls(callers.secretary, Wanted(), page=2, page_size=1)
    assert ([row.id for row in rows], total) == ([first.id], 2)
