"""The same thing told twice: suggested by likeness, merged only by a person."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import api
from core.cases.likeness import likeness
from core.errors import DomainError
from core.testing import FAR_VILLAGE, GRID, MONDAY_MORNING, SISTER_VILLAGE
from tests.core.cases.conftest import World


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("村口路灯不亮", "村口路灯不亮", 1.0, 1.0),
        ("村口路灯不亮，晚上走路不安全", "村口的路灯坏了不亮", 0.25, 0.9),
        ("村口路灯不亮", "家里断水两天了", 0.0, 0.1),
        ("ＡＢＣ１２３", "abc 123!", 1.0, 1.0),
        ("", "", 0.0, 0.0),
        ("水", "水", 0.0, 0.0),
    ],
)
def test_likeness_is_the_share_of_pairs_in_common(one: str, other: str, least: float, most: float) -> None:
    assert least <= likeness(one, other) <= most


@given(one=st.text(max_size=60), other=st.text(max_size=60))
def test_likeness_is_the_same_both_ways_and_a_share(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0


def test_what_is_suggested_is_alike_near_and_recent(world: World) -> None:
    too_old = world.file(text="村口路灯不亮了")
    world.move_clock(MONDAY_MORNING + timedelta(days=8))
    first = world.file(text="村口路灯不亮，晚上看不见")
    world.file(text="家里断水两天了")
    world.file(text="村口路灯不亮", area_code=SISTER_VILLAGE)
    world.file(text="村口路灯不亮", area_code=FAR_VILLAGE)
    grid = world.file(world.neighbour, text="村口的路灯不亮", area_code=GRID)
    cancelled = world.file(text="村口路灯不亮")
    api.cancel_case(world.resident, cancelled, "重复")
    again = world.file(text="村口路灯不亮")
    found = api.suggest_duplicates(world.secretary, again)
    assert {each.case_id for each in found} == {first, grid}
    assert [each.likeness for each in found] == sorted((each.likeness for each in found), reverse=True)
    # Nobody is shown what they may not see.
    assert {each.case_id for each in api.suggest_duplicates(world.resident, again)} == {first}
    assert too_old not in {each.case_id for each in found}
    # A suggestion changes nothing.
    assert api.case(world.secretary, again).state == "reported"


def test_at_most_two_hundred_candidates_are_looked_at_and_five_shown(world: World) -> None:
    numbers = [world.file(text=f"村口路灯不亮 {n}") for n in range(8)]
    assert len(api.suggest_duplicates(world.secretary, numbers[0])) == 5


def test_a_person_merges_a_case_and_both_timelines_say_so(world: World) -> None:
    first, again = world.file(), world.file(world.neighbour)
    api.merge_case(world.secretary, again, first, "同一盏灯")
    merged, kept = api.case(world.neighbour, again), api.case(world.secretary, first)
    assert (merged.state, merged.outcome, merged.merged_into) == ("resolved", "merged", first)
    assert kept.state == "reported"
    assert api.timeline(first)[-1].note == merged.number
    # What was merged is no target, and no part of itself.
    third = world.file()
    for target in (again, third, 999_999):
        with pytest.raises(DomainError) as caught:
            api.merge_case(world.secretary, third, target, "同一件事")
        assert caught.value.code == "merge_target"
    api.close_case(world.secretary, again)


def test_resolving_as_merged_is_the_same_with_an_answer_of_ones_own(world: World) -> None:
    first, again = world.file(), world.file()
    api.accept_case(world.secretary, again)
    api.resolve_case(
        world.secretary,
        again,
        outcome="merged",
        answer="与前一件一并办理",
        reason="同一件事",
        merged_into=first,
    )
    assert [step.deed for step in api.timeline(first)] == ["create", "merge"]
    assert api.case(world.resident, again).answer == "与前一件一并办理"


def test_nobody_merges_into_what_they_do_not_see(world: World) -> None:
    far, here = world.file(area_code=FAR_VILLAGE), world.file()
    with pytest.raises(DomainError) as caught:
        api.merge_case(world.secretary, here, far, "x")
    assert caught.value.code == "not_found"
