"""Where households stand is dated: figures of an older day stay as they were, whatever moves later."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.clock import now, today
from core.errors import DomainError, NotFound
from core.people.errors import HouseholdEnded, NoSuchArea
from core.people.headcounts import Headcount, headcounts
from core.people.models import Household, Residence
from core.people.queries import household, persons_of
from core.people.rows import HouseholdRow, PersonRow
from core.people.services import create_household, end_household, update_household
from core.people.services.moves import move_households
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE, TestHousehold

COUNTY = AreaScope((COUNTY_CODE,))


@pytest.fixture
def secretary(actor: Callable[..., Any]) -> Any:
    return actor("secretary", VILLAGE)


def steps(household_id: int) -> list[tuple[str, Any, Any]]:
    rows = Residence.unscoped("test").where(Residence.household_id == household_id).order_by(Residence.id)
    return [(row.area_code, row.since, row.until) for row in rows]


def test_registering_moving_and_ending_leave_dated_rows(
    secretary: Any, frozen_clock: Callable[..., None]
) -> None:
    begin = today()
    key = create_household(secretary, HouseholdRow(VILLAGE, "77", persons=[PersonRow("甲")]))
    frozen_clock(now() + timedelta(days=2))
    update_household(secretary, key, area_code=GRID)
    update_household(secretary, key, number="78")  # staying where it is is no move
    frozen_clock(now() + timedelta(days=3))
    end_household(secretary, key)
    moved, ended = begin + timedelta(days=2), begin + timedelta(days=5)
    assert steps(key) == [(VILLAGE, begin, moved), (GRID, moved, ended)]


def test_figures_of_today_and_of_an_older_day(
    people: list[TestHousehold], secretary: Any, frozen_clock: Callable[..., None]
) -> None:
    frozen_clock(now() + timedelta(days=400))
    key = create_household(
        secretary,
        HouseholdRow(
            VILLAGE, "77", persons=[PersonRow("甲", tags=("disabled", "low_income")), PersonRow("乙")]
        ),
    )
    before = headcounts(COUNTY)
    assert before[VILLAGE] == Headcount(3, 5, 1)
    day = today()
    frozen_clock(now() + timedelta(days=1))
    move_households(SYSTEM, COUNTY, {key: GRID, people[0].id: GRID})
    end_household(secretary, people[1].id)
    assert headcounts(COUNTY) == {GRID: Headcount(3, 7, 1)}
    assert headcounts(COUNTY, on=day) == before
    assert headcounts(AreaScope((GRID,)), on=day) == {GRID: before[GRID]}


def test_a_move_takes_persons_along_and_keeps_numbers_apart(
    people: list[TestHousehold], secretary: Any
) -> None:
    twin = create_household(secretary, HouseholdRow(GRID, "001", persons=[PersonRow("同号")]))
    assert move_households(secretary, COUNTY, {people[0].id: GRID, twin: GRID}) == 1
    moved = household(COUNTY, people[0].id)
    assert (moved.area_code, moved.number) == (GRID, "001-001")
    assert {person.area_code for person in persons_of(moved.id)} == {GRID}
    assert household(COUNTY, twin).number == "001"


@pytest.mark.parametrize("case", ["unknown", "outside", "no such area", "ended"])
def test_a_move_is_whole_or_not_at_all(people: list[TestHousehold], secretary: Any, case: str) -> None:
    mine = AreaScope((VILLAGE,))
    error: type[DomainError] = NotFound
    targets = {people[0].id: GRID, 999_999: GRID}
    if case == "outside":
        targets, error = {people[0].id: SISTER_VILLAGE}, NoSuchArea
    if case == "no such area":
        targets, error = {people[0].id: GRID, people[1].id: VILLAGE + "099"}, NoSuchArea
    if case == "ended":
        end_household(secretary, people[1].id)
        targets, error = {people[0].id: GRID, people[1].id: GRID}, HouseholdEnded
    with pytest.raises(error):
        move_households(secretary, mine, targets)
    assert household(COUNTY, people[0].id).area_code == VILLAGE


def test_every_open_household_stands_in_one_place(people: list[TestHousehold], secretary: Any) -> None:
    move_households(secretary, COUNTY, {people[0].id: GRID})
    open_rows = Residence.unscoped("test").where(Residence.until.is_null())
    assert {(row.household_id, row.area_code) for row in open_rows} == {
        (row.id, row.area_code) for row in Household.unscoped("test")
    }
