"""Households move, end, are taken back; villages are merged: no call stays where nobody looks."""

from datetime import timedelta
from typing import Any

import pytest

from core.accounts.api import operator
from core.areas.api import close_area, open_area
from core.clock import now, today
from core.db import unit_of_work
from core.errors import NotFound
from core.people.api import move_households
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.call_button.models.calls import Share
from plugins.call_button.queries.calls import call, calls_of_household
from plugins.call_button.services.call_moves import end_shares, veto_end, veto_undo
from plugins.call_button.services.calls import answer_call, end_call
from plugins.call_button.services.ladder import climb
from tests.plugins.call_button.calls.callers import Callers

COUNTY = AreaScope((COUNTY_CODE,))


def move(household_id: int, area_code: str) -> None:
    """The household lives elsewhere now."""
    move_households(operator(), COUNTY, {household_id: area_code})


def test_a_call_that_rings_follows_its_household_and_rings_there(callers: Callers, actor: Any) -> None:
    there = actor("secretary", SISTER_VILLAGE)
    row = callers.call(callers.device())
    callers.wait(seconds=31)
    climb()
    before = callers.row(row.id)
    move(row.household_id, SISTER_VILLAGE)
    after = callers.row(row.id)
    assert (after.area_code, after.rung, after.state) == (SISTER_VILLAGE, 0, "ringing")
    assert after.changed > before.changed
    assert callers.told()[-1] == there.account_id
    with pytest.raises(NotFound):
        call(callers.secretary, row.id)
    answer_call(there, row.id, how="on_my_way")


def test_a_call_that_somebody_has_moves_and_does_not_ring_again(callers: Callers) -> None:
    row = callers.call(callers.device())
    answer_call(callers.town, row.id, how="calling_back")
    told = callers.told()
    move(row.household_id, SISTER_VILLAGE)
    assert (callers.row(row.id).area_code, callers.told()) == (SISTER_VILLAGE, told)
    end_call(callers.town, row.id, reason="help", result="好了")


def test_what_is_over_stays_where_people_answered_for_it_and_in_the_households_list(callers: Callers) -> None:
    row = callers.call(callers.device())
    answer_call(callers.secretary, row.id, how="calling_back")
    end_call(callers.secretary, row.id, reason="help", result="好了")
    move(row.household_id, SISTER_VILLAGE)
    assert callers.row(row.id).area_code == VILLAGE
    found, total = calls_of_household(row.household_id)
    assert ([each.id for each in found], total) == ([row.id], 1)


def test_shares_move_and_end_with_their_household(callers: Callers) -> None:
    household = callers.people[0]
    with unit_of_work(housekeeping="a share for a test"):
        Share.create(area_code=VILLAGE, household_id=household.id, account_id=9, begun_at=now(), begun_by=1)
    move(household.id, SISTER_VILLAGE)
    with unit_of_work(housekeeping="a household ends"):
        end_shares(household.id)
    (share,) = Share.unscoped("test")
    assert (share.area_code, share.ended_at) == (SISTER_VILLAGE, now())


def test_a_household_that_calls_is_neither_ended_nor_taken_back(callers: Callers) -> None:
    row = callers.call(callers.device())
    nobody, everybody = range(0), range(1, 1000)
    assert veto_end(row.household_id)
    assert veto_end(callers.people[1].id) is None
    answer_call(callers.secretary, row.id, how="calling_back")
    assert veto_end(row.household_id)
    end_call(callers.secretary, row.id, reason="mistake", result="")
    assert veto_end(row.household_id) is None
    assert veto_undo(everybody, nobody)
    assert veto_undo(range(row.household_id, row.household_id), nobody) is None
    assert veto_undo(range(row.household_id + 1, 1000), nobody) is None


def test_a_village_that_was_merged_rings_with_its_successor(callers: Callers, actor: Any) -> None:
    """Its grid is closed: whoever has posts at the successor is told, whatever code the device still has."""
    callers.move_clock(now() + timedelta(days=2))
    new = open_area(operator(), COUNTY, parent_code=VILLAGE, name="新网格", since=today())
    callers.move_clock(now() + timedelta(days=2))
    device = callers.device(2)
    close_area(operator(), COUNTY, GRID, last_day=today() - timedelta(days=1), successor_code=new)
    leader = actor("grid_leader", new)
    callers.call(device)
    callers.wait(seconds=30)
    climb()
    assert callers.told()[-1] == leader.account_id
    assert leader.account_id != callers.leader.account_id
    assert new[:9] == TOWN
