"""The routing table explains itself; closed units and merged villages lose nothing."""

from datetime import date

import pytest

from core.areas.models import Area
from core.cases import api
from core.cases.api import RuleRow
from core.cases.models import Unit
from core.cases.queries.health import findings
from core.clock import now
from core.errors import DomainError
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from tests.core.cases.conftest import World, open_unit


def merge_village(old: str, new: str) -> None:
    """As an import of the county's areas does it."""
    yesterday = date(2026, 3, 1)
    Area.update(valid_to=yesterday, successor_code=new).where(Area.code.startswith(old)).execute()


def test_without_a_rule_a_case_falls_to_the_village_and_says_so(world: World) -> None:
    seen = api.case(world.secretary, world.file(area_code=GRID))
    assert (seen.level, seen.desk_area, seen.flags) == ("village", VILLAGE, ("no_rule",))
    assert "分派规则中没有一条涉及种类“反馈”" in api.why_here(seen.id)


def test_the_first_line_that_fits_counts_and_explains_itself(world: World) -> None:
    api.create_rule(world.admin, RuleRow(COUNTY_CODE, "town", kind="cases.dispute", position=20))
    api.create_rule(
        world.admin,
        RuleRow(
            TOWN,
            "town",
            kind="cases.dispute",
            difficulty="medium",
            unit_id=world.unit,
            accept_hours=8,
            resolve_days=10,
            position=10,
            note="调解归司法所。",
        ),
    )
    seen = api.case(world.town, world.file(kind="cases.dispute"))
    assert (seen.state, seen.unit_name, seen.flags) == ("reported", "司法所", ())
    # Eight working hours, ten working days.
    assert (f"{seen.due_at:%d %H:%M}", f"{seen.resolve_by:%d %H:%M}") == ("03 10:00", "16 17:30")
    assert api.why_here(seen.id) == (
        "符合分派规则第 10 条（种类：矛盾纠纷；难易：一般；区域：测试县 甲镇），"
        "交“镇街 司法所”。调解归司法所。"
    )
    api.accept_case(world.clerk, seen.id)
    # Another difficulty, another town: the next line.
    large = world.file(kind="cases.dispute", difficulty="large")
    assert api.case(world.town, large).desk_title == "甲镇"
    assert api.why_here(large).endswith("交“镇街”。")
    assert (
        api.case(world.admin, world.file(kind="cases.dispute", area_code=FAR_VILLAGE)).desk_area == OTHER_TOWN
    )
    # Another kind: no line.
    assert api.case(world.secretary, world.file()).flags == ("no_rule",)


def test_a_direct_line_dispatches_by_itself(world: World) -> None:
    api.create_rule(world.admin, RuleRow(COUNTY_CODE, "town", unit_id=None, direct=True))
    seen = api.case(world.town, world.file())
    assert (seen.state, seen.desk_area) == ("dispatched", TOWN)
    assert [step.deed for step in api.timeline(seen.id)] == ["create", "dispatch"]


def test_a_grid_line_falls_to_the_village_where_there_is_no_grid(world: World) -> None:
    api.create_rule(world.admin, RuleRow(COUNTY_CODE, "grid"))
    assert api.case(world.admin, world.file(area_code=GRID)).desk_area == GRID
    assert api.case(world.admin, world.file(area_code=VILLAGE)).desk_area == VILLAGE
    assert api.case(world.admin, world.file(area_code=TOWN)).desk_area == TOWN


def test_a_replaced_line_goes_on_explaining_old_cases(world: World) -> None:
    first = api.create_rule(world.admin, RuleRow(COUNTY_CODE, "town", note="旧规定。"))
    old = world.file()
    second = api.replace_rule(world.admin, first, RuleRow(COUNTY_CODE, "village", note="新规定。"))
    assert "旧规定。" in api.why_here(old)
    assert "新规定。" in api.why_here(world.file())
    assert [rule.id for rule in api.list_rules()] == [second]
    assert {rule.id for rule in api.list_rules(old=True)} == {first, second}
    for late in (
        lambda: api.stop_rule(world.admin, first),
        lambda: api.replace_rule(world.admin, first, RuleRow(COUNTY_CODE, "town")),
    ):
        with pytest.raises(DomainError) as caught:
            late()
        assert caught.value.code == "rule_ended"
    api.stop_rule(world.admin, second)
    assert api.case(world.admin, world.file()).flags == ("no_rule",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "cases.nothing"},
        {"difficulty": "hard"},
        {"level": "moon"},
        {"area_code": COUNTY_CODE + "999"},
        {"accept_hours": 0},
        {"resolve_days": 91},
        {"position": -1},
        {"note": "长" * 201},
        {"unit_id": 999_999},
    ],
)
def test_a_line_that_makes_no_sense_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(DomainError) as caught:
        api.create_rule(world.admin, RuleRow(**{"area_code": COUNTY_CODE, "level": "town", **wrong}))  # type: ignore[arg-type]
    assert caught.value.status == 422
    assert api.list_rules() == []


def test_only_the_county_edits_the_table_and_units(world: World) -> None:
    for deed in (
        lambda: api.create_rule(world.town, RuleRow(TOWN, "town")),
        lambda: api.create_unit(world.secretary, name="x", level="village", area_code=VILLAGE),
        lambda: api.close_unit(world.town, world.unit),
    ):
        with pytest.raises(DomainError) as caught:
            deed()
        assert caught.value.code == "forbidden"


def test_a_closed_units_cases_go_to_the_successor(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    api.accept_case(world.clerk, number)
    before = world.row(number).resolve_by
    assert api.close_unit(world.admin, world.unit, successor_id=world.other_unit) == 1
    seen = api.case(world.other_clerk, number)
    assert (seen.state, seen.unit_id, seen.flags) == (
        "reported",
        world.other_unit,
        ("no_rule", "unit_closed"),
    )
    assert seen.resolve_by == before
    assert "原承办单位已撤销" in api.why_here(number)
    api.accept_case(world.other_clerk, number)


def test_a_closed_unit_without_successor_leaves_its_cases_one_level_up(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    api.close_unit(world.admin, world.unit)
    seen = api.case(world.admin, number)
    assert (seen.state, seen.level, seen.desk_area, seen.unit_id) == ("reported", "county", COUNTY_CODE, None)
    assert api.desk(world.clerk).cases == []


def test_nothing_is_dispatched_to_a_closed_unit(world: World) -> None:
    rule = api.create_rule(
        world.admin, RuleRow(COUNTY_CODE, "town", unit_id=world.unit, kind="cases.dispute")
    )
    api.close_unit(world.admin, world.unit, successor_id=world.other_unit)
    number = world.file()
    with pytest.raises(DomainError) as caught:
        api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    assert (caught.value.code, caught.value.params["successor"]) == ("unit_closed", "城建办")
    assert world.unit not in [unit.id for unit in api.units_for(VILLAGE)]
    # The table still names it: its successor gets the case, flagged.
    routed = api.case(world.town, world.file(kind="cases.dispute"))
    assert (routed.unit_id, routed.flags) == (world.other_unit, ("unit_closed",))
    api.close_unit(world.admin, world.other_unit)
    routed = api.case(world.admin, world.file(kind="cases.dispute"))
    assert (routed.level, routed.unit_id, routed.flags) == ("county", None, ("unit_closed",))
    with pytest.raises(DomainError) as caught:
        api.replace_rule(world.admin, rule, RuleRow(COUNTY_CODE, "town", unit_id=world.unit))
    assert caught.value.code == "unit_closed"
    with pytest.raises(DomainError) as caught:
        api.close_unit(world.admin, world.unit)
    assert caught.value.code == "unit_closed_already"


def test_what_was_handed_back_goes_to_the_successor_of_a_unit_that_closed_meanwhile(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    api.transfer_case(world.clerk, number, unit_id=world.other_unit, reason="归城建办")
    third = open_unit("综治中心", "town", TOWN)
    api.close_unit(world.admin, world.unit, successor_id=third)
    api.return_case(world.other_clerk, number, "不归我管")
    assert api.case(world.town, number).unit_id == third


def test_a_successor_serves_the_same_area(world: World) -> None:
    elsewhere = open_unit("乙镇司法所", "town", OTHER_TOWN)
    for wrong in (elsewhere, world.unit):
        with pytest.raises(DomainError) as caught:
            api.close_unit(world.admin, world.unit, successor_id=wrong)
        assert caught.value.code == "unit_unknown"


def test_who_works_in_a_unit_is_dated(world: World) -> None:
    newcomer = world.make("department_official", TOWN)
    unit = api.create_unit(world.admin, name="民政办", level="town", area_code=TOWN)
    assert api.units_of(newcomer) == ()
    api.add_member(world.admin, unit, newcomer.account_id or 0)
    assert api.units_of(newcomer) == (unit,)
    with pytest.raises(DomainError) as caught:
        api.add_member(world.admin, unit, newcomer.account_id or 0)
    assert caught.value.code == "member_held"
    api.end_member(world.admin, unit, newcomer.account_id or 0)
    assert api.units_of(newcomer) == ()
    api.add_member(world.admin, unit, newcomer.account_id or 0)


def test_a_merged_villages_old_code_leads_to_its_successor(world: World) -> None:
    merge_village(VILLAGE, SISTER_VILLAGE)
    for code in (VILLAGE, GRID):
        seen = api.case(world.admin, world.file(area_code=code))
        assert (seen.area_code, seen.desk_area) == (SISTER_VILLAGE, SISTER_VILLAGE)
        assert "area_merged" in seen.flags


def test_an_area_that_ended_without_successor_leads_to_the_one_above(world: World) -> None:
    Area.update(valid_to=date(2026, 3, 1)).where(Area.code == GRID).execute()
    assert api.case(world.admin, world.file(area_code=GRID)).area_code == VILLAGE


def test_a_case_of_a_merged_village_is_reopened_where_the_village_is_now(world: World) -> None:
    number = world.file()
    api.accept_case(world.secretary, number)
    api.resolve_case(world.secretary, number, outcome="solved", answer="好了")
    key = api.case(world.resident, number).key
    merge_village(VILLAGE, SISTER_VILLAGE)
    api.rate_case(None, number, thumb="down", solved=False, token=key)
    seen = api.case(world.town, number)
    assert (seen.area_code, seen.desk_area, seen.state) == (SISTER_VILLAGE, TOWN, "reopened")
    api.dispatch_case(world.town, number, level="village", area_code=SISTER_VILLAGE)


def test_open_cases_move_with_their_area_and_answered_ones_stay_in_the_figures(world: World) -> None:
    open_one, grid_one, done = world.file(), world.file(area_code=GRID), world.file()
    api.accept_case(world.secretary, done)
    api.resolve_case(world.secretary, done, outcome="solved", answer="好了")
    merge_village(VILLAGE, SISTER_VILLAGE)
    assert api.move_cases(world.admin, VILLAGE, SISTER_VILLAGE) == 2
    now_there = world.make("secretary", SISTER_VILLAGE)
    assert {view.id for view in api.desk(now_there).cases} == {open_one, grid_one}
    assert api.open_cases_at(VILLAGE) == []
    assert [view.id for view in api.open_cases_at(SISTER_VILLAGE)] == [open_one, grid_one]
    api.accept_case(now_there, open_one)
    assert api.case(world.admin, done).area_code == VILLAGE
    assert [step.deed for step in api.timeline(grid_one)] == ["create", "move"]


def test_only_some_households_cases_move_when_a_grid_is_split(world: World) -> None:
    mine, other = world.file(), world.file(world.neighbour)
    household = world.row(mine).household_id
    assert api.move_cases(world.admin, VILLAGE, GRID, households=[household]) == 1
    assert (world.row(mine).area_code, world.row(other).area_code) == (GRID, VILLAGE)


def test_no_case_is_without_an_owner_after_a_hand_over(world: World) -> None:
    numbers = [world.file(area_code=GRID) for _ in range(3)]
    for number in numbers:
        api.dispatch_case(world.secretary, number, level="grid", area_code=GRID)
    for number in numbers[:2]:
        api.accept_case(world.member, number)
    successor = world.make("grid_member", GRID)
    assert api.hand_over_cases(world.admin, world.member.account_id or 0, successor.account_id or 0) == 2
    assert {world.row(number).worker_id for number in numbers[:2]} == {successor.account_id}
    assert api.list_cases(successor, mine="working")[1] == 2
    assert api.timeline(numbers[0])[-1].deed == "hand_over"


def test_the_doctor_says_when_the_table_is_empty_or_a_case_stands_at_a_closed_unit(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    assert [finding.code for finding in findings()] == ["case_rules_missing"]
    api.create_rule(world.admin, RuleRow(COUNTY_CODE, "village"))
    assert list(findings()) == []
    Unit.update(closed_at=now()).where(Unit.id == world.unit).execute()
    assert [(finding.code, finding.grave) for finding in findings()] == [("cases_at_closed_units", True)]
