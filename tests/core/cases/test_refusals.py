"""Who may do what, and what a step must bring: each refusal with its code."""

from collections.abc import Callable
from typing import Any

import pytest

from core.cases import api
from core.cases.api import Helper
from core.errors import DomainError
from core.security import Actor
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from tests.core.cases.conftest import World


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value.code


def at_the_unit(world: World) -> int:
    """A case on the unit's desk."""
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    return number


def resolved(world: World, outcome: str = "solved", reason: str = "") -> int:
    number = at_the_unit(world)
    api.accept_case(world.clerk, number)
    api.resolve_case(world.clerk, number, outcome=outcome, answer="办好了", reason=reason)
    return number


def test_only_the_desk_works_on_a_case(world: World) -> None:
    number = at_the_unit(world)
    # The secretary sees it, the other unit does not.
    assert code_of(lambda: api.accept_case(world.secretary, number)) == "not_your_desk"
    assert code_of(lambda: api.accept_case(world.town, number)) == "not_your_desk"
    assert code_of(lambda: api.accept_case(world.other_clerk, number)) == "not_found"
    assert code_of(lambda: api.accept_case(world.resident, number)) == "not_your_desk"
    assert code_of(lambda: api.accept_case(world.neighbour, number)) == "not_found"
    api.accept_case(world.clerk, number)


def test_the_grids_desk_is_its_members_and_its_villages(world: World) -> None:
    number = world.file(area_code=GRID)
    api.dispatch_case(world.secretary, number, level="grid", area_code=GRID)
    assert code_of(lambda: api.accept_case(world.town, number)) == "not_your_desk"
    assert [view.id for view in api.desk(world.member).cases] == [number]
    assert [view.id for view in api.desk(world.secretary).cases] == [number]
    api.accept_case(world.member, number)
    api.start_case(world.secretary, number)


def test_down_is_dispatched_and_up_is_escalated(world: World) -> None:
    number = world.file()
    up = [
        lambda: api.dispatch_case(world.secretary, number, level="town", area_code=TOWN, unit_id=world.unit),
        lambda: api.dispatch_case(world.secretary, number, level="county", area_code=COUNTY_CODE),
        lambda: api.dispatch_case(world.secretary, number, level="town", area_code=TOWN),
    ]
    assert {code_of(deed) for deed in up} == {"dispatch_upward"}
    api.escalate_case(world.secretary, number, "需镇里协调")
    assert api.case(world.town, number).desk_area == TOWN
    # Now it is the town's to hand out.
    assert (
        code_of(lambda: api.dispatch_case(world.secretary, number, level="village", area_code=VILLAGE))
        == "not_your_desk"
    )
    api.dispatch_case(world.town, number, level="village", area_code=VILLAGE)


@pytest.mark.parametrize(
    ("level", "area_code"),
    [
        ("village", SISTER_VILLAGE),
        ("village", FAR_VILLAGE),
        ("town", OTHER_TOWN),
        ("town", VILLAGE),
        ("grid", VILLAGE),
        ("county", TOWN),
        ("moon", VILLAGE),
        ("village", ""),
    ],
)
def test_a_desk_that_has_nothing_to_do_with_the_case_is_refused(
    world: World, level: str, area_code: str
) -> None:
    number = world.file()
    refused = code_of(lambda: api.dispatch_case(world.admin, number, level=level, area_code=area_code))
    assert refused == "desk_elsewhere"


@pytest.mark.parametrize("which", ["unit", "none"])
def test_a_unit_is_named_by_its_own_level_and_area(world: World, which: str) -> None:
    number, unit = world.file(), world.unit if which == "unit" else 999_999
    refused = code_of(
        lambda: api.dispatch_case(world.admin, number, level="village", area_code=VILLAGE, unit_id=unit)
    )
    assert refused == "unit_unknown"


def test_reasons_and_answers_are_asked_for(world: World) -> None:
    number = at_the_unit(world)
    for deed in (
        lambda: api.return_case(world.clerk, number, "  "),
        lambda: api.escalate_case(world.clerk, number, ""),
        lambda: api.transfer_case(world.clerk, number, unit_id=world.other_unit, reason="\x00 "),
        lambda: api.urge_case(world.supervisor, number, ""),
        lambda: api.cancel_case(world.town, number, ""),
        lambda: api.comment_case(world.clerk, number, ""),
    ):
        assert code_of(deed) == "reason_needed"
    api.accept_case(world.clerk, number)
    say = lambda **more: code_of(lambda: api.resolve_case(world.clerk, number, **more))  # noqa: E731
    assert say(outcome="solved", answer=" ") == "answer_needed"
    assert say(outcome="explained", answer="政策如此") == "reason_needed"
    assert say(outcome="refused", answer="不受理") == "reason_needed"
    assert say(outcome="forgotten", answer="忘了", reason="忘了") == "outcome_unknown"
    assert say(outcome="merged", answer="并案", reason="同一件事") == "merge_target"
    assert say(outcome="merged", answer="并案", reason="同一件事", merged_into=number) == "merge_target"


def test_a_case_is_handed_back_twice_and_no_more(world: World) -> None:
    number = world.file()
    for _ in range(2):
        api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
        api.return_case(world.clerk, number, "不归我管")
        seen = api.case(world.town, number)
        assert (seen.state, seen.desk_area, seen.unit_id) == ("reported", VILLAGE, None)
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    assert code_of(lambda: api.return_case(world.clerk, number, "还是不归我管")) == "return_limit"
    api.escalate_case(world.clerk, number, "请县里定")
    assert api.case(world.admin, number).desk_area == COUNTY_CODE


def test_what_began_here_cannot_be_handed_back(world: World) -> None:
    number = world.file()
    api.accept_case(world.secretary, number)
    assert code_of(lambda: api.return_case(world.secretary, number, "不想办")) == "return_nowhere"


def test_nobody_rates_their_own_work(world: World, people_here: dict[str, int]) -> None:
    worker = world.make("grid_member", GRID, person_id=people_here["李四"])
    filed = world.file(worker, area_code=GRID, solved_on_spot=True, answer="已扶正")
    assert code_of(lambda: api.rate_case(worker, filed, thumb="up", solved=True)) == "own_work"
    key = api.case(worker, filed).key
    assert code_of(lambda: api.rate_case(None, filed, thumb="up", solved=True, token=key)) == "own_work"


def test_only_whoever_reported_rates_and_only_once(world: World) -> None:
    number = resolved(world)

    def refused(who: Actor | None, **more: Any) -> str:
        given = {"thumb": "up", "solved": True, **more}
        return code_of(lambda: api.rate_case(who, number, **given))

    assert refused(world.neighbour) == "not_found"
    assert refused(world.secretary) == "not_your_case"
    assert refused(None) == "not_found"
    assert refused(None, token="WRONGKEY") == "not_found"
    assert refused(world.resident, thumb="sideways") == "invalid"
    api.rate_case(world.resident, number, thumb="up", solved=True)
    assert refused(world.resident, thumb="down", solved=False) == "already_rated"


def test_thumb_up_but_not_solved_counts_as_down(world: World) -> None:
    number = resolved(world)
    api.rate_case(world.resident, number, thumb="up", solved=False)
    seen = api.case(world.admin, number)
    assert (seen.state, seen.thumb, seen.level) == ("reopened", "down", "county")


def test_a_supervisor_checks_what_others_did_and_what_fails_is_reopened(world: World) -> None:
    number = resolved(world)
    assert code_of(lambda: api.spot_check_case(world.town, number, passed=True, note="")) == "forbidden"
    assert (
        code_of(lambda: api.spot_check_case(world.supervisor, number, passed=False, note=""))
        == "reason_needed"
    )
    api.spot_check_case(world.supervisor, number, passed=False, note="路灯仍不亮")
    assert api.case(world.admin, number).state == "reopened"


def test_the_resident_takes_back_what_nobody_works_on_yet(world: World) -> None:
    number = at_the_unit(world)
    assert code_of(lambda: api.cancel_case(world.neighbour, number, "x")) == "not_found"
    api.accept_case(world.clerk, number)
    assert code_of(lambda: api.cancel_case(world.resident, number, "已自行解决")) == "forbidden"
    other = at_the_unit(world)
    api.cancel_case(world.resident, other, "已自行解决")
    assert api.case(world.resident, other).state == "cancelled"


def test_helpers_have_clocks_of_their_own_and_say_when_they_are_done(world: World) -> None:
    number = world.file()
    api.dispatch_case(
        world.town,
        number,
        level="town",
        area_code=TOWN,
        unit_id=world.unit,
        helpers=[Helper("town", TOWN, world.other_unit), Helper("village", VILLAGE)],
    )
    parts = [(each.part, each.desk_title) for each in api.assignments(number) if each.ended_at is None]
    assert parts == [("lead", "司法所"), ("helper", "城建办"), ("helper", "一村")]
    assert [view.id for view in api.desk(world.other_clerk).helping] == [number]
    assert code_of(lambda: api.accept_case(world.other_clerk, number)) == "not_your_desk"
    assert code_of(lambda: api.finish_help(world.clerk, number)) == "not_helping"
    api.finish_help(world.other_clerk, number, "已现场查看")
    assert api.desk(world.other_clerk).helping == []
    assert [view.id for view in api.desk(world.secretary).helping] == [number]


def test_what_waits_for_a_rating_is_not_closed_but_what_has_no_reporter_is(world: World) -> None:
    number = resolved(world)
    assert code_of(lambda: api.close_case(world.town, number)) == "rating_due"
    api.rate_case(world.resident, number, thumb="up", solved=True)
    assert code_of(lambda: api.close_case(world.clerk, number)) == "not_your_desk"
    api.close_case(world.town, number)


def test_areas_are_walls_around_cases(world: World) -> None:
    number = world.file()
    stranger = world.make("secretary", SISTER_VILLAGE)
    town = world.make("town_official", OTHER_TOWN)
    for who in (stranger, town, world.clerk, world.neighbour):
        assert code_of(lambda who=who: api.case(who, number)) == "not_found"
        assert api.list_cases(who) == ([], 0)
        assert api.list_cases(who, search="路灯") == ([], 0)
        assert sum(column.total for column in api.board(who)) == 0
        assert api.suggest_duplicates(world.secretary, number) == []
        assert code_of(lambda who=who: api.suggest_duplicates(who, number)) == "not_found"
        assert code_of(lambda who=who: api.comment_case(who, number, "x")) == "not_found"
