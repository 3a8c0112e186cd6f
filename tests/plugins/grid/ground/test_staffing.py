"""1+1+N: exactly one leader and one member, posts dated, cover for leave, nothing left without an owner."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core.accounts.api import actor_for, operator
from core.cases.api import accept_case, case, dispatch_case
from core.clock import today
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households
from core.scope import AreaScope
from plugins.grid.errors import (
    AlreadyThere,
    CoverWrong,
    LeaderTaken,
    MemberTaken,
    NoSuccessorGiven,
    PersonUnknown,
    PostOver,
    WorkLeftOpen,
)
from plugins.grid.models.staffing import Staff
from plugins.grid.queries.grids import vacancies
from plugins.grid.queries.staffing import board, covered_accounts, staff_of, with_names
from plugins.grid.services.covering import begin_cover, end_cover
from plugins.grid.services.division import Plan, change_division
from plugins.grid.services.posts import NewPost, assign_post, end_post, hand_over, link_account
from tests.plugins.grid.ground.village import FIRST, SECOND, SISTER_GRID, THIRD, VILLAGE, Village

JANUARY = date(2026, 1, 1)


def post(village: Village, role: str, person: int, area_code: str = FIRST, **more: Any) -> int:
    values = {"since": JANUARY, **more}
    return assign_post(village.secretary, NewPost(area_code, role, person, **values))


def accepted(village: Village) -> int:
    """A case of the first grid that its member has accepted."""
    case_id = village.cases[0]
    member = actor_for(village.accounts[FIRST, "member"])
    dispatch_case(village.secretary, case_id, level="grid", area_code=FIRST)
    accept_case(member, case_id)
    return case_id


def worker_of(case_id: int) -> Any:
    return case(AreaScope((VILLAGE,)), case_id).worker_id


@pytest.mark.parametrize(("role", "error"), [("leader", LeaderTaken), ("member", MemberTaken)])
def test_a_grid_has_exactly_one(village: Village, role: str, error: type[DomainError]) -> None:
    one, two, three = village.persons[FIRST][:3]
    post(village, role, one)
    with pytest.raises(error):
        post(village, role, two)
    with pytest.raises(error):  # however short they would overlap
        post(village, role, two, since=date(2025, 1, 1), until=JANUARY)
    post(village, role, two, since=date(2025, 1, 1), until=JANUARY - timedelta(days=1))
    post(village, "assistant", three)
    with pytest.raises(AlreadyThere):
        post(village, "assistant", one)


def test_any_number_may_assist(village: Village) -> None:
    for person in village.persons[FIRST][:4]:
        post(village, "assistant", person)
    assert [each.role for each in staff_of(FIRST)] == ["assistant"] * 4


def test_a_post_gives_the_log_in_its_rights_from_day_to_day(village: Village, account: Any) -> None:
    person = village.persons[FIRST][0]
    login = account("resident", VILLAGE, person_id=person).id
    begin, end = today() + timedelta(days=2), today() + timedelta(days=4)
    post(village, "leader", person, since=begin, until=end)
    for days, may in ((0, False), (2, True), (2, True), (1, False)):
        village.tomorrow(days)
        assert actor_for(login).may("grid.view", FIRST) is may


def test_a_post_needs_no_log_in_and_gets_one_later(village: Village, account: Any) -> None:
    person = village.persons[FIRST][0]
    staff_id = post(village, "leader", person)
    assert not link_account(village.secretary, staff_id)
    login = account("resident", VILLAGE, person_id=person).id
    assert link_account(village.secretary, staff_id)
    assert actor_for(login).may("grid.view", FIRST)
    assert link_account(village.secretary, staff_id)


def test_whoever_is_not_in_the_register_of_these_areas_gets_no_post(village: Village) -> None:
    stranger = village.persons[SISTER_GRID][0]
    with pytest.raises(PersonUnknown):
        post(village, "leader", stranger)
    post_id = assign_post(village.town, NewPost(FIRST, "leader", stranger, JANUARY))
    assert post_id


@pytest.mark.parametrize(
    "wrong",
    [{"role": "boss"}, {"capacity": "king"}, {"until": date(2025, 12, 31)}, {"phone": "12"}],
    ids=str,
)
def test_what_is_no_post_is_refused(village: Village, wrong: dict[str, Any]) -> None:
    values = {"role": "leader", **wrong}
    with pytest.raises(Invalid):
        post(village, values.pop("role"), village.persons[FIRST][0], **values)


def test_posts_stand_in_grids_of_today_only(village: Village) -> None:
    person = village.persons[FIRST][0]
    for code in (VILLAGE, VILLAGE + "099", SISTER_GRID):
        with pytest.raises(NotFound):
            post(village, "leader", person, code)


def test_the_board_shows_vacancies_double_posts_and_overload_at_once(village: Village, account: Any) -> None:
    village.staff(account)
    person = village.persons[FIRST][0]
    post(village, "assistant", person, SECOND)
    found = board(AreaScope((VILLAGE,)))
    problems = {grid.code: set(grid.problems) for grid in found.grids}
    assert problems == {FIRST: {"no_assistant", "double"}, SECOND: {"double"}, THIRD: {"no_assistant"}}
    assert (found.counts["no_assistant"], found.roles["leader"]) == (2, 3)
    assert vacancies(AreaScope((VILLAGE,))) == {"leader": 0, "member": 0, "assistant": 2}


class TestOverload:
    """A county that says what too much is."""

    @pytest.fixture
    def county_sections(self) -> str:
        return "[plugin.grid]\noverload_households = 20\nout_of_proportion = 3\n"

    def test_many_households_for_one_member_are_an_overload(self, village: Village, account: Any) -> None:
        village.staff(account)
        everybody = [key for code in (SECOND, THIRD) for key in village.households[code]]
        plan = Plan("redraw", households=tuple(everybody), targets=(FIRST,) * len(everybody))
        change_division(village.secretary, VILLAGE, plan)
        assert board(AreaScope((VILLAGE,))).counts["overload"] == 0
        rows = [HouseholdRow(FIRST, f"新{n}", persons=[PersonRow(f"新{n}")]) for n in range(9)]
        bulk_insert_households(operator(), rows)
        assert board(AreaScope((VILLAGE,))).counts["overload"] == 1


def test_posts_that_run_out_are_announced(village: Village) -> None:
    post(village, "leader", village.persons[FIRST][0], until=today() + timedelta(days=30))
    post(village, "leader", village.persons[SECOND][0], SECOND, until=today() + timedelta(days=31))
    assert board(AreaScope((VILLAGE,))).counts["expiring"] == 1


def test_open_work_keeps_somebody_from_leaving_until_it_is_handed_over(staffed: Village) -> None:
    case_id = accepted(staffed)
    with pytest.raises(WorkLeftOpen) as caught:
        end_post(staffed.secretary, staffed.posts[FIRST, "member"], why="left")
    assert caught.value.params["work"] == "事项 1"
    assert worker_of(case_id) == staffed.accounts[FIRST, "member"]
    end_post(
        staffed.secretary,
        staffed.posts[FIRST, "member"],
        why="left",
        to_staff_id=staffed.posts[FIRST, "leader"],
    )
    assert worker_of(case_id) == staffed.accounts[FIRST, "leader"]
    assert not actor_for(staffed.accounts[FIRST, "member"]).may("cases.work", FIRST)
    assert [each.role for each in staff_of(FIRST)] == ["leader"]
    (past,) = staff_of(FIRST, past=True)
    assert (past.until, past.ended_why) == (today() - timedelta(days=1), "left")


def test_a_successor_takes_post_and_work_over_in_one_step(staffed: Village, account: Any) -> None:
    case_id = accepted(staffed)
    person = staffed.persons[FIRST][4]
    login = account("resident", VILLAGE, person_id=person).id
    new = NewPost(FIRST, "member", person, today())
    new_id = hand_over(staffed.secretary, staffed.posts[FIRST, "member"], new, why="term")
    assert worker_of(case_id) == login
    assert [(each.role, each.person_id) for each in staff_of(FIRST)][1] == ("member", person)
    assert Staff.unscoped("test").where(Staff.id == new_id).get().since == today()


def test_a_successor_without_a_log_in_takes_no_open_work(staffed: Village) -> None:
    case_id = accepted(staffed)
    new = NewPost(FIRST, "member", staffed.persons[FIRST][4], today())
    with pytest.raises(NoSuccessorGiven):
        hand_over(staffed.secretary, staffed.posts[FIRST, "member"], new, why="term")
    assert worker_of(case_id) == staffed.accounts[FIRST, "member"]
    assert not staff_of(FIRST, past=True)  # nothing of it was written


@pytest.mark.parametrize("which", ["elsewhere", "self", "without a log-in"])
def test_work_goes_only_to_somebody_of_the_grid(staffed: Village, which: str) -> None:
    accepted(staffed)
    assistant = post(staffed, "assistant", staffed.persons[FIRST][4])
    to = {
        "elsewhere": staffed.posts[SECOND, "member"],
        "self": staffed.posts[FIRST, "member"],
        "without a log-in": assistant,
    }[which]
    with pytest.raises(NoSuccessorGiven):
        end_post(staffed.secretary, staffed.posts[FIRST, "member"], why="left", to_staff_id=to)


def test_the_last_one_with_a_log_in_does_not_leave_open_cases_behind(staffed: Village) -> None:
    end_post(staffed.secretary, staffed.posts[FIRST, "leader"], why="left")
    with pytest.raises(WorkLeftOpen) as caught:
        end_post(staffed.secretary, staffed.posts[FIRST, "member"], why="left")
    assert caught.value.params["work"] == "事项 2"
    found = board(AreaScope((VILLAGE,)))
    assert found.counts["unowned"] == 0


def test_a_post_that_ran_out_over_open_cases_is_seen_on_the_board(village: Village) -> None:
    assert board(AreaScope((VILLAGE,))).counts["unowned"] == 3  # nobody yet, and two cases each


def test_an_ended_post_is_over(staffed: Village) -> None:
    staff_id = staffed.posts[SECOND, "leader"]
    end_post(staffed.secretary, staff_id, why="term")
    for again in (
        lambda: end_post(staffed.secretary, staff_id, why="term"),
        lambda: begin_cover(staffed.secretary, staff_id, person_id=1, since=today(), until=today()),
    ):
        with pytest.raises(PostOver):
            again()
    with pytest.raises(Invalid):
        end_post(staffed.secretary, staffed.posts[THIRD, "leader"], why="because")


def test_whoever_stands_in_has_the_rights_from_day_to_day(staffed: Village, account: Any) -> None:
    person = staffed.persons[SECOND][3]
    login = account("resident", VILLAGE, person_id=person).id
    begin, end = today() + timedelta(days=1), today() + timedelta(days=2)
    staff_id = staffed.posts[FIRST, "member"]
    begin_cover(staffed.secretary, staff_id, person_id=person, since=begin, until=end)
    seen = []
    for days in (0, 1, 1, 1):
        staffed.tomorrow(days)
        seen.append((actor_for(login).may("cases.view", FIRST), covered_accounts(login)))
    away = [staffed.accounts[FIRST, "member"]]
    assert seen == [(False, []), (True, away), (True, away), (False, [])]


def test_the_board_names_who_stands_in(staffed: Village) -> None:
    staff_id = staffed.posts[FIRST, "member"]
    person = staffed.persons[FIRST][0]
    cover_id = begin_cover(
        staffed.secretary, staff_id, person_id=person, since=today(), until=today() + timedelta(days=5)
    )
    (grid, *_) = with_names(board(AreaScope((VILLAGE,))).grids)
    (member,) = grid.holders("member")
    assert member.cover is not None
    assert member.cover.name == "户主0011"
    end_cover(staffed.secretary, cover_id)
    assert staff_of(FIRST)[1].cover is None
    with pytest.raises(PostOver):
        end_cover(staffed.secretary, cover_id)


def test_cover_is_for_a_time_and_by_somebody_else(staffed: Village) -> None:
    staff_id, person = staffed.posts[FIRST, "member"], staffed.persons[FIRST][0]
    own = staffed.persons[FIRST][1]
    day = timedelta(days=1)

    def cover(person_id: int, since: date, until: date) -> int:
        return begin_cover(staffed.secretary, staff_id, person_id=person_id, since=since, until=until)

    for person_id, since, until in (
        (own, today(), today()),
        (person, today() + day, today()),
        (person, today() - day, today()),
    ):
        with pytest.raises(CoverWrong):
            cover(person_id, since, until)
    cover(person, today(), today() + day)
    with pytest.raises(CoverWrong):
        cover(staffed.persons[FIRST][4], today() + day, today() + 3 * day)


def test_a_merge_ends_posts_and_takes_people_along_where_a_seat_is_free(
    staffed: Village, account: Any
) -> None:
    assistant = post(staffed, "assistant", staffed.persons[THIRD][2], THIRD)
    end_post(staffed.secretary, staffed.posts[SECOND, "leader"], why="term")
    change_division(staffed.secretary, VILLAGE, Plan("merge", source=THIRD, into=SECOND))
    assert not staff_of(THIRD)
    assert {each.ended_why for each in staff_of(THIRD, past=True)} == {"merged"}
    people = {each.role: each.person_id for each in staff_of(SECOND)}
    # The leader's seat was free, the member's was not, assistants may be many.
    assert people == {
        "leader": staffed.persons[THIRD][0],
        "member": staffed.persons[SECOND][1],
        "assistant": staffed.persons[THIRD][2],
    }
    assert assistant
    leader = actor_for(staffed.accounts[THIRD, "leader"])
    assert leader.may("grid.view", SECOND)
    assert not actor_for(staffed.accounts[THIRD, "member"]).may("cases.work", THIRD)


def test_a_merge_hands_the_members_cases_on(staffed: Village) -> None:
    case_id = accepted(staffed)
    change_division(staffed.secretary, VILLAGE, Plan("merge", source=FIRST, into=SECOND))
    moved = case(AreaScope((VILLAGE,)), case_id)
    assert moved.area_code == SECOND


def test_staffing_is_a_right_of_its_own(village: Village, actor: Callable[..., Any]) -> None:
    new = NewPost(FIRST, "leader", village.persons[FIRST][0], JANUARY)
    for role, code in (("grid_leader", FIRST), ("supervisor", "341504")):
        with pytest.raises(Forbidden):
            assign_post(actor(role, code), new)
    with pytest.raises(NotFound):
        assign_post(village.sister_secretary, new)
