"""Whom a call rings with, one after the other; who is away is passed over; nobody is told without end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from core.clock import now, today
from core.db import database, unit_of_work
from core.security import Actor
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.call_button.models.calls import Call
from plugins.call_button.services.call_watch import watch_calls
from plugins.call_button.services.calls import answer_call
from plugins.call_button.services.ladder import Ladder, climb, climb_now
from tests.plugins.call_button.calls.callers import Callers


def away(account_id: int | None, days: int = 1) -> None:
    """Somebody is on leave from today."""
    from plugins.call_button.models.duty import Leave

    with unit_of_work(housekeeping="leave for a test"):
        Leave.create(
            account_id=account_id,
            since=today(),
            until=today() + timedelta(days=days - 1),
            set_by=0,
            set_at=now(),
        )


def on_shift(area_code: str, account_id: int | None) -> None:
    """Somebody has duty at a desk all day."""
    from plugins.call_button.models.duty import Shift

    with unit_of_work(housekeeping="a shift for a test"):
        Shift.create(
            area_code=area_code,
            day=today(),
            since=0,
            until=1440,
            account_id=account_id,
            set_by=0,
            set_at=now(),
        )


def climbed(callers: Callers, **time: float) -> list[int]:
    """Who is told when so much time has passed."""
    before = len(callers.told())
    callers.wait(**time)
    climb()
    return callers.told()[before:]


@pytest.fixture
def whole(callers: Callers, actor: Any) -> dict[str, Actor]:
    """Somebody on every rung."""
    return {
        "secretary": callers.secretary,
        "deputy": actor("deputy", VILLAGE),
        "grid_leader": callers.leader,
        "grid_member": callers.member,
        "assistant": actor("assistant", GRID),
        "town_duty": callers.town,
        "county": actor("county_admin", COUNTY_CODE),
    }


def test_rung_by_rung_to_the_end_and_there_a_bounded_number_of_times(
    callers: Callers, whole: dict[str, Actor]
) -> None:
    call = callers.call(callers.device(2))
    ids = {name: who.account_id for name, who in whole.items()}
    assert callers.told() == [ids["secretary"]]
    assert climbed(callers, seconds=29.9) == []
    for seconds, name in ((0.1, "deputy"), (30, "grid_leader"), (30, "grid_member"), (30, "assistant")):
        assert climbed(callers, seconds=seconds) == [ids[name]]
    assert climbed(callers, seconds=60) == [ids["town_duty"]]
    end = sorted([ids["town_duty"], ids["county"]])
    assert climbed(callers, seconds=120) == end
    for _ in range(5):
        assert climbed(callers, seconds=300) == end
    assert climbed(callers, hours=10) == []
    row = callers.row(call.id)
    assert (row.state, row.climbs_at) == ("ringing", None)
    # Nobody came: one more press begins anew.
    press, _ = callers.press(callers_device(call))
    assert press.call_id == call.id
    assert callers.told()[-1] == ids["secretary"]
    assert climbed(callers, seconds=30) == [ids["deputy"]]


def callers_device(call: Any) -> Any:
    """The device of a call."""
    from plugins.call_button.models.devices import Device

    return Device.unscoped("test").where(Device.id == call.device_id).get()


def test_empty_rungs_and_whoever_is_away_are_passed_over_at_once(callers: Callers) -> None:
    away(callers.secretary.account_id)
    callers.call(callers.device(2))
    # No deputy; the grid leader is the first who is there.
    assert callers.told() == [callers.leader.account_id]
    away(callers.member.account_id)
    assert climbed(callers, seconds=30) == [callers.town.account_id]
    callers.wait(days=1)
    callers.call(callers.device(1))
    assert callers.told()[-1] == callers.secretary.account_id


def test_everybody_is_away_and_the_call_still_rings(callers: Callers) -> None:
    for who in (callers.secretary, callers.leader, callers.member, callers.town):
        away(who.account_id)
    call = callers.call(callers.device(2))
    assert callers.told() == []
    assert callers.row(call.id).state == "ringing"
    assert climbed(callers, days=1) == [callers.town.account_id]


def test_posts_of_other_grids_and_villages_are_not_told(callers: Callers, actor: Any) -> None:
    actor("secretary", SISTER_VILLAGE)
    # A household that lies in no grid: the village's own posts, not those of a grid.
    callers.call(callers.device(0))
    assert callers.told() == [callers.secretary.account_id]
    assert climbed(callers, seconds=30) == [callers.town.account_id]


def test_whoever_has_the_shift_is_the_towns_duty(callers: Callers, actor: Any) -> None:
    clerk = actor("town_official", TOWN)
    on_shift(TOWN, clerk.account_id)
    callers.call(callers.device(0))
    assert climbed(callers, seconds=30) == [clerk.account_id]
    away(clerk.account_id)
    callers.call(callers.device(1))
    callers.wait(seconds=1)
    assert set(climbed(callers, seconds=30)) == {callers.town.account_id}


def test_nobody_answers_for_an_hour_and_it_is_a_case_as_well(callers: Callers) -> None:
    from core.cases.models import Case

    call = callers.call(callers.device(2))
    callers.wait(minutes=59)
    assert watch_calls() == 0
    callers.wait(minutes=1)
    assert watch_calls() == 1
    row = callers.row(call.id)
    assert row.state == "ringing"
    (case,) = Case.unscoped("test")
    assert (case.id, case.kind, case.urgent) == (row.case_id, "call_button.unanswered", True)
    assert (case.household_id, case.person_id) == (row.household_id, callers.people[2].person_ids[0])
    callers.wait(hours=5)
    assert watch_calls() == 0
    answer_call(callers.secretary, call.id, how="on_my_way")


def test_a_clock_that_is_put_back_by_days_delays_no_case(callers: Callers) -> None:
    call = callers.call(callers.device(2))
    callers.wait(days=-3)
    assert watch_calls() == 1
    assert callers.row(call.id).case_id is not None


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_jumps_leaves_no_call_on_its_rung(callers: Callers, hours: int) -> None:
    callers.call(callers.device(2))
    assert climbed(callers, hours=hours) == [callers.leader.account_id]
    assert climbed(callers, seconds=30) == [callers.member.account_id]


def test_a_call_that_was_taken_does_not_climb(callers: Callers) -> None:
    call = callers.call(callers.device(2))
    answer_call(callers.secretary, call.id, how="calling_back")
    assert climbed(callers, minutes=5) == []


def test_whoever_looked_before_somebody_took_it_does_not_pass_it_on(callers: Callers) -> None:
    """The round has read what is due; then somebody answers, or another round passes it on."""
    taken, passed_on = callers.call(callers.device(2)), callers.call(callers.device(2))
    callers.wait(seconds=30)
    answer_call(callers.secretary, taken.id, how="calling_back")
    assert climb() == 1
    told = callers.told()
    ladder = Ladder(now())
    assert not climb_now(taken, ladder)
    assert not climb_now(passed_on, ladder)
    assert callers.row(taken.id).state == "answered"
    assert callers.row(taken.id).climbs_at is None
    assert callers.told() == told


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that run meanwhile, on either database."""
    seen: list[str] = []
    handle = database.obj
    run, execute = handle.run, handle.execute_sql

    def counted_run(sql: str, *more: Any, **named: Any) -> Any:
        seen.append(sql)
        return run(sql, *more, **named)

    def counted_execute(sql: str, *more: Any, **named: Any) -> Any:
        seen.append(sql)
        return execute(sql, *more, **named)

    handle.run, handle.execute_sql = counted_run, counted_execute
    try:
        yield seen
    finally:
        del handle.run, handle.execute_sql


def test_three_thousand_ring_and_a_press_waits_for_none_of_them(callers: Callers) -> None:
    """A round takes a bounded batch, a bounded number of statements a call; presses go in between."""
    from plugins.call_button.services.changes import next_change

    due = now()
    with unit_of_work(housekeeping="three thousand calls for a test"):
        number = next_change()
        lines = [
            {
                "area_code": GRID,
                "device_id": 10_000 + each,
                "household_id": callers.people[2].id,
                "kind": "button",
                "state": "ringing",
                "changed": number,
                "rung_at": due - timedelta(seconds=each),
                "climbs_at": due - timedelta(milliseconds=each),
            }
            for each in range(3000)
        ]
        for start in range(0, 3000, 500):
            Call.insert_many(lines[start : start + 500]).execute()
    device = callers.device(2)
    with counting() as alone:
        callers.press(callers.device(1))
    pressed: list[Any] = []
    with counting() as seen:
        assert climb(100) == 100
        pressed.append(callers.press(device))
    assert pressed[0][1]
    assert callers.row(pressed[0][0].call_id).state == "ringing"
    per_call = (len(seen) - len(alone)) / 100
    assert per_call <= 20, per_call
    # The oldest first, each exactly once.
    moved = Call.unscoped("test").where((Call.rung == 2) & (Call.device_id >= 10_000))
    assert {row.device_id for row in moved} == set(range(12_900, 13_000))
    # They are looked for once a round.
    assert len([sql for sql in seen if 'WHERE ("t1"."climbs_at"' in sql]) == 1


@pytest.mark.sqlite
def test_the_due_are_found_by_the_index(callers: Callers) -> None:
    from plugins.call_button.services.ladder import _ALL

    query = Call.unscoped(_ALL).where(Call.climbs_at <= 1).order_by(Call.climbs_at, Call.id).limit(5)
    sql, parameters = query.sql()
    plan = " ".join(str(row) for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", parameters))
    assert "USING INDEX" in plan
    assert "climbs_at" in plan
