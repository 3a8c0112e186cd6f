"""Dividing a village: open, split, merge, redraw; by date, with nothing lost."""

from datetime import date, timedelta

import pytest

from core.areas.api import area_names, current_code, get_area
from core.clock import today
from core.errors import Forbidden, Invalid, NotFound
from core.people.api import household_area, household_numbers, list_households
from core.scope import AreaScope
from plugins.grid.errors import (
    CutMisses,
    DayGone,
    GridBegunToday,
    GridGone,
    HouseholdsElsewhere,
    NoSisters,
    NothingToSplit,
)
from plugins.grid.models.division import Change
from plugins.grid.queries.boundaries import boundaries_of
from plugins.grid.queries.division import LARGE, SMALL, proposals, village_load
from plugins.grid.queries.grids import landing_code
from plugins.grid.services.division import Plan, cancel_change, carry_out_due, change_division
from tests.plugins.grid.ground import wallets
from tests.plugins.grid.ground.village import (
    FIRST,
    SECOND,
    SISTER,
    SISTER_GRID,
    THIRD,
    VILLAGE,
    Village,
    figures_on,
    sums,
)

FOURTH = VILLAGE + "004"


def split(village: Village, count: int = 3, **more: object) -> Change:
    chosen = tuple(village.households[FIRST][:count])
    plan = Plan("split", name="新网格", source=FIRST, households=chosen, **more)  # type: ignore[arg-type]
    return change_division(village.secretary, VILLAGE, plan)


def test_a_new_grid_gets_the_next_code_of_fifteen_digits_and_no_code_twice(village: Village) -> None:
    change_division(village.secretary, VILLAGE, Plan("open", name=" 河东网格 "))
    row = get_area(FOURTH)
    assert row is not None
    assert (row.name, row.level, row.valid_from) == ("河东网格", "grid", today())
    village.tomorrow()
    change_division(village.secretary, VILLAGE, Plan("merge", source=FOURTH, into=FIRST))
    change_division(village.secretary, VILLAGE, Plan("open", name="河西网格"))
    assert area_names([VILLAGE + "005"]) == {VILLAGE + "005": "河西网格"}


def test_a_split_moves_the_chosen_households_with_people_points_and_cases(village: Village) -> None:
    before = sums()
    change = split(village)
    assert sums() == before
    assert change.state == "done"
    assert [household_area(key) for key in village.households[FIRST]] == [FOURTH] * 3 + [FIRST] * 3
    assert sums(FOURTH).points == (30 if wallets.IS_THERE else 0)
    assert sums(FOURTH).open_cases == 2
    assert sums(FIRST).open_cases == 0


def test_figures_of_an_older_day_do_not_change(village: Village) -> None:
    yesterday = today()
    before = figures_on(yesterday)
    village.tomorrow()
    split(village)
    change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    assert figures_on(yesterday) == before
    assert figures_on(today()) != before


def test_a_merged_grid_s_code_stays_readable_and_leads_to_the_successor(village: Village) -> None:
    before = sums()
    change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    assert sums() == before
    row = get_area(THIRD)
    assert row is not None
    assert (row.valid_to, row.successor_code) == (today() - timedelta(days=1), SECOND)
    assert current_code(THIRD) == landing_code(THIRD) == SECOND
    assert not household_numbers(AreaScope((THIRD,)), THIRD)
    # Both grids had households 001 and 002: no number is there twice, and both stay readable.
    numbers = [row.number for row in list_households(AreaScope((SECOND,)))[0]]
    assert numbers == ["001", "001-003", "002", "002-003", "003", "004"]


def test_a_chain_of_merges_leads_to_the_last(village: Village) -> None:
    change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    village.tomorrow()
    change_division(village.secretary, VILLAGE, Plan("merge", source=SECOND, into=FIRST))
    assert landing_code(THIRD) == FIRST


def test_households_are_assigned_in_bulk_and_back_to_the_village(village: Village) -> None:
    before = sums()
    chosen = tuple(village.households[SECOND][:2] + village.households[THIRD][:1])
    plan = Plan("redraw", households=chosen, targets=(FIRST, FIRST, VILLAGE))
    change_division(village.secretary, VILLAGE, plan)
    assert [household_area(key) for key in chosen] == [FIRST, FIRST, VILLAGE]
    assert sums() == before


def test_a_split_cuts_the_border_along_the_line_and_a_merge_joins_it(village: Village) -> None:
    village.draw()
    village.tomorrow()
    line = ((115.935, 31.84), (115.935, 31.86))
    split(village, line=line, inside=(115.938, 31.852))
    held = boundaries_of([FIRST, FOURTH])
    assert max(held[FIRST].ring)[0] == pytest.approx(115.935)
    assert min(held[FOURTH].ring)[0] == pytest.approx(115.935)
    village.tomorrow()
    change = change_division(village.secretary, VILLAGE, Plan("merge", source=FOURTH, into=FIRST))
    assert '"border": "joined"' in change.figures
    assert len(boundaries_of([FIRST])[FIRST].ring) == 4
    assert FOURTH not in boundaries_of([FOURTH])


def test_a_line_that_misses_undoes_the_whole_split(village: Village) -> None:
    village.draw()
    with pytest.raises(CutMisses):
        split(village, line=((115.90, 31.84), (115.90, 31.86)), inside=(115.93, 31.85))
    assert get_area(FOURTH) is None
    assert household_area(village.households[FIRST][0]) == FIRST
    assert not Change.unscoped("test").exists()


def test_a_split_leaves_households_on_both_sides(village: Village) -> None:
    for count in (0, 6):
        with pytest.raises(NothingToSplit):
            split(village, count)
    stranger = Plan("split", name="新", source=FIRST, households=(village.households[SECOND][0],))
    with pytest.raises(HouseholdsElsewhere):
        change_division(village.secretary, VILLAGE, stranger)


def test_a_grid_of_today_can_be_merged_tomorrow(village: Village) -> None:
    change_division(village.secretary, VILLAGE, Plan("open", name="新网格"))
    with pytest.raises(GridBegunToday):
        change_division(village.secretary, VILLAGE, Plan("merge", source=FOURTH, into=FIRST))


def test_a_merged_grid_takes_no_further_part(village: Village) -> None:
    change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    for plan in (
        Plan("merge", source=THIRD, into=FIRST),
        Plan("merge", source=FIRST, into=THIRD),
        Plan("split", name="新", source=THIRD, households=(1,)),
        Plan("redraw", households=(village.households[FIRST][0],), targets=(THIRD,)),
    ):
        with pytest.raises(GridGone):
            change_division(village.secretary, VILLAGE, plan)


def test_grids_are_merged_within_a_village_only(village: Village) -> None:
    for plan in (
        Plan("merge", source=FIRST, into=SISTER_GRID),
        Plan("merge", source=FIRST, into=FIRST),
        Plan("redraw", households=(village.households[FIRST][0],), targets=(SISTER_GRID,)),
    ):
        with pytest.raises(NoSisters):
            change_division(village.town, VILLAGE, plan)
    foreign = Plan("redraw", households=(village.households[SISTER_GRID][0],), targets=(FIRST,))
    with pytest.raises(HouseholdsElsewhere):
        change_division(village.town, VILLAGE, foreign)


def test_days_gone_by_are_not_changed(village: Village) -> None:
    with pytest.raises(DayGone):
        change_division(village.secretary, VILLAGE, Plan("open", name="新"), day=today() - timedelta(days=1))


def test_a_planned_change_waits_for_its_day(village: Village) -> None:
    day = today() + timedelta(days=3)
    row = change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND), day=day)
    assert row.state == "planned"
    village.tomorrow(2)
    carry_out_due()
    assert current_code(THIRD) == THIRD
    village.tomorrow()
    before = sums()
    carry_out_due()
    assert current_code(THIRD) == SECOND
    assert sums() == before
    assert change_row(row.id).state == "done"


def change_row(change_id: int) -> Change:
    return Change.unscoped("test").where(Change.id == change_id).get()  # type: ignore[no-any-return]


def test_a_plan_that_no_longer_fits_fails_with_its_code_and_the_next_one_is_carried_out(
    village: Village,
) -> None:
    day = today() + timedelta(days=2)
    first = change_division(village.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND), day=day)
    second = change_division(village.secretary, VILLAGE, Plan("open", name="后来的"), day=day)
    village.tomorrow()
    change_division(village.secretary, VILLAGE, Plan("merge", source=SECOND, into=FIRST))
    village.tomorrow()
    carry_out_due()
    assert (change_row(first.id).state, change_row(first.id).code) == ("failed", "grid_closed")
    assert change_row(second.id).state == "done"


def test_a_plan_can_be_called_off(village: Village) -> None:
    row = change_division(
        village.secretary, VILLAGE, Plan("open", name="新"), day=today() + timedelta(days=1)
    )
    cancel_change(village.secretary, row.id)
    village.tomorrow()
    carry_out_due()
    assert change_row(row.id).state == "cancelled"
    assert get_area(FOURTH) is None
    with pytest.raises(NotFound):
        cancel_change(village.secretary, row.id)


def test_grids_out_of_proportion_are_flagged_with_a_proposal(village: Village) -> None:
    load = village_load(VILLAGE)
    assert [grid.flag for grid in load.grids] == ["", "", SMALL]  # 6, 4 and 2: more than 1.6 times apart
    (merge,) = proposals(load)
    assert (merge.kind, merge.grid.code) == ("merge", THIRD)
    assert merge.into is not None
    assert merge.into.code == SECOND
    everybody = tuple(village.households[SECOND] + village.households[THIRD])
    change_division(
        village.secretary, VILLAGE, Plan("redraw", households=everybody[1:], targets=(FIRST,) * 5)
    )
    village.draw()
    load = village_load(VILLAGE)
    assert [grid.flag for grid in load.grids] == [LARGE, "", SMALL]
    split_proposal = proposals(load)[0]
    assert split_proposal.kind == "split"
    here = next(grid for grid in load.grids if grid.code == FIRST)
    assert abs(split_proposal.persons * 2 - here.persons) <= 4  # halves by persons, within a household
    plan = Plan(
        "split",
        name="新网格",
        source=FIRST,
        households=split_proposal.household_ids,
        line=split_proposal.line,
        inside=split_proposal.inside,
    )
    village.tomorrow()
    assert change_division(village.secretary, VILLAGE, plan).state == "done"
    assert FOURTH in boundaries_of([FOURTH])


def test_nothing_is_proposed_that_can_not_be_done_today(village: Village) -> None:
    change_division(village.secretary, VILLAGE, Plan("open", name="新网格"))
    load = village_load(VILLAGE)
    assert {grid.code: grid.flag for grid in load.grids}[FOURTH] == SMALL
    assert FOURTH not in [proposal.grid.code for proposal in proposals(load)]
    village.tomorrow()
    assert FOURTH in [proposal.grid.code for proposal in proposals(village_load(VILLAGE))]


def test_names_are_asked_for_and_bounded(village: Village) -> None:
    for name in (" ", "长" * 61):
        with pytest.raises(Invalid):
            change_division(village.secretary, VILLAGE, Plan("open", name=name))


def test_only_who_divides_here_divides(village: Village, actor: object) -> None:
    with pytest.raises(NotFound):
        change_division(village.secretary, SISTER, Plan("open", name="新"))
    leader = actor("grid_leader", FIRST)  # type: ignore[operator]
    with pytest.raises(Forbidden):
        change_division(leader, VILLAGE, Plan("open", name="新"))


def test_the_day_of_a_grid_counts_from_its_opening(village: Village) -> None:
    split(village)
    assert date(2026, 3, 2) == today()
    assert FOURTH not in figures_on(today() - timedelta(days=1))
