"""A village is merged into its sister, by the services that a county does it with: households, devices, calls
under way, the ladder, the roster and the figures, each where it belongs afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.accounts.api import operator
from core.areas.api import close_area, open_area
from core.clock import now, today
from core.errors import NotFound
from core.people.api import move_households
from core.scope import AreaScope
from core.security import Actor
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.call_button.models.devices import Device
from plugins.call_button.queries.board import board
from plugins.call_button.queries.calls import call, calls_of_household
from plugins.call_button.queries.devices import Wanted, list_devices
from plugins.call_button.queries.figures import month_figures
from plugins.call_button.services.calls import answer_call, end_call
from plugins.call_button.services.duty import set_shift
from plugins.call_button.services.ladder import climb
from tests.plugins.call_button.calls.callers import Callers

COUNTY, OLD, NEW = (AreaScope((code,)) for code in (COUNTY_CODE, VILLAGE, SISTER_VILLAGE))


def merge(callers: Callers) -> str:
    """All households live in the sister, to which the old village leads; the code of the grid that is new
    there, to which the old one leads."""
    grid = open_area(operator(), COUNTY, parent_code=SISTER_VILLAGE, name="并入网格", since=today())
    targets = {home.id: grid if home.area_code == GRID else SISTER_VILLAGE for home in callers.people}
    move_households(operator(), COUNTY, targets)
    yesterday = today() - timedelta(days=1)
    close_area(operator(), COUNTY, GRID, last_day=yesterday, successor_code=grid)
    close_area(operator(), COUNTY, VILLAGE, last_day=yesterday, successor_code=SISTER_VILLAGE)
    return grid


def on_screen(scope: AreaScope) -> set[int]:
    return {each.id for each in board(scope, 0).calls}


def device_ids(actor: Actor) -> set[int]:
    found, _ = list_devices(actor.scope("call_button.view"), Wanted())
    return {each.id for each in found}


def test_nothing_of_a_merged_village_is_lost_and_no_older_day_changes(
    callers: Callers, actor: Callable[..., Any]
) -> None:
    there, leader = actor("secretary", SISTER_VILLAGE), actor("town_official", TOWN)
    devices = [callers.device(home) for home in range(3)]
    over = callers.call(devices[2])
    callers.wait(seconds=20)
    answer_call(callers.secretary, over.id, how="calling_back")
    end_call(callers.secretary, over.id, reason="help", result="好了")
    before = month_figures(COUNTY, today().replace(day=1)).whole
    callers.wait(days=2)
    rings, taken = callers.call(devices[0]), callers.call(devices[1])
    answer_call(callers.secretary, taken.id, how="on_my_way")
    callers.wait(seconds=31)
    climb()
    shift = {"day": today(), "since": 0, "until": 1_440}
    set_shift(operator(), VILLAGE, account_id=callers.secretary.account_id or 0, **shift)
    set_shift(operator(), TOWN, account_id=leader.account_id, **shift)

    grid = merge(callers)
    # What rings begins anew with the secretary of the successor; what somebody has goes on.
    assert [callers.row(each.id).area_code for each in (rings, taken, over)] == [
        SISTER_VILLAGE,
        SISTER_VILLAGE,
        GRID,
    ]
    assert callers.told()[-1] == there.account_id
    assert callers.row(rings.id).rung == 0
    assert on_screen(NEW) == {rings.id, taken.id}
    assert on_screen(OLD) == set()
    for gone in (rings, taken):
        with pytest.raises(NotFound):
            call(callers.secretary, gone.id)
    # Whoever had it has no post there: the successor takes over, and both stand in the history.
    answer_call(there, taken.id, how="on_my_way", take_over=True)
    seen = call(there, taken.id)
    assert (seen.first_taker, seen.taken_name) == (callers.secretary.name, there.name)
    # The ladder climbs there: nobody below the town, whose roster says who it is.
    callers.wait(seconds=31)
    climb()
    assert callers.told()[-1] == leader.account_id
    answer_call(there, rings.id, how="calling_back")
    # The devices hang there, whatever is pressed next rings there, and each home keeps its past.
    assert device_ids(there) == {device.id for device in devices}
    assert device_ids(callers.secretary) == set()
    hung = Device.unscoped("a test looks").where(Device.id == devices[2].id).get()
    again = callers.call(hung)
    assert (again.area_code, callers.told()[-1]) == (grid, there.account_id)
    past, total = calls_of_household(over.household_id)
    assert ([each.id for each in past], total) == ([again.id, over.id], 2)
    # Figures: what was over stays the old village's, by its name; the rest is the successor's.
    found = {row.code: row.counts.calls for row in month_figures(COUNTY, today().replace(day=1)).areas}
    assert found == {VILLAGE: 1, SISTER_VILLAGE: 3}
    assert month_figures(OLD, today().replace(day=1)).whole == before
    # The roster of the old desk is a record; nobody gets duty there any more.
    with pytest.raises(NotFound):
        set_shift(
            operator(), VILLAGE, account_id=there.account_id, day=today() + timedelta(1), since=0, until=60
        )


def test_a_press_under_the_old_code_rings_with_the_successor(
    callers: Callers, actor: Callable[..., Any]
) -> None:
    """A message that was read before the merge and stored after it."""
    there = actor("secretary", SISTER_VILLAGE)
    device = callers.device(0)
    callers.wait(days=2)
    merge(callers)
    row = callers.call(device)
    assert row.rung_at == now()
    assert callers.told() == [there.account_id]
