"""The branch on the grid: both sides choose, colours set the days, deeds are taken back and never changed."""

from datetime import timedelta

import pytest
from peewee import DatabaseError

from core.burdens import BurdenOff
from core.cases.api import case
from core.clock import now, today
from core.db import database, unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.people.services import end_household
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE
from plugins.grid import jobs
from plugins.grid.errors.party import (
    AlreadyMember,
    DeedReversed,
    HouseholdLinked,
    KindStopped,
    LedgerDiffers,
    LinkMovedOn,
    NotYourAnswer,
    NotYourLink,
    OwnDeed,
)
from plugins.grid.models.party import Deed, PartyLink
from plugins.grid.queries.deeds import deed_mistakes, group_points, member_points, points_by_member
from plugins.grid.queries.party import colours, link, members, my_links, visits_of
from plugins.grid.services.deeds import create_kind, record_deed, reverse_deed, stop_kind
from plugins.grid.services.links import answer_link, end_link, propose_link, record_visit, set_colour
from plugins.grid.services.party import add_member, create_group, end_member

HERE = AreaScope((COUNTY_CODE,))


@pytest.fixture
def branch(life, actor):
    """A group of GRID with one member (the second person of `home`), who has an account."""
    life.group = create_group(life.secretary, area_code=GRID, name="第一党小组")
    person = life.home.person_ids[1]
    life.one = add_member(life.secretary, group_id=life.group, person_id=person, is_head=True)
    life.comrade = actor("party_member", GRID, person_id=person)
    life.resident = actor("resident", VILLAGE, person_id=life.house.person_ids[0])
    return life


@pytest.fixture
def linked(branch):
    """The member and `house` have chosen each other."""
    branch.link = propose_link(
        branch.comrade, member_id=branch.one, household_id=branch.house.id, colour="red"
    )
    answer_link(branch.resident, branch.link, accept=True)
    return branch


def test_a_member_asks_and_the_household_answers(branch):
    number = propose_link(branch.comrade, member_id=branch.one, household_id=branch.house.id, colour="orange")
    with pytest.raises(NotYourAnswer):
        answer_link(branch.comrade, number, accept=True)
    row = answer_link(branch.resident, number, accept=True)
    assert (row.state, row.on_behalf, row.next_due) == ("active", False, today() + timedelta(days=30))
    stored = PartyLink.unscoped("a test").get()
    assert (stored.proposed_account, stored.answered_account) == (
        branch.comrade.account_id,
        branch.resident.account_id,
    )


def test_a_household_chooses_and_the_member_answers(branch):
    number = propose_link(branch.resident, member_id=branch.one, household_id=branch.house.id)
    with pytest.raises(NotYourAnswer):
        answer_link(branch.resident, number, accept=True)
    assert answer_link(branch.comrade, number, accept=True).proposed_by == "household"


def test_a_no_leaves_both_free(branch):
    number = propose_link(branch.comrade, member_id=branch.one, household_id=branch.house.id)
    assert answer_link(branch.resident, number, accept=False).state == "declined"
    with pytest.raises(LinkMovedOn):
        answer_link(branch.resident, number, accept=True)
    propose_link(branch.resident, member_id=branch.one, household_id=branch.house.id)


def test_staff_may_speak_for_a_household_never_for_their_own_request(branch):
    number = propose_link(branch.secretary, member_id=branch.one, household_id=branch.house.id)
    with pytest.raises(NotYourAnswer):
        answer_link(branch.secretary, number, accept=True)
    assert answer_link(branch.admin, number, accept=True).on_behalf


def test_a_household_has_one_member_and_a_person_one_group(linked):
    other = create_group(linked.secretary, area_code=VILLAGE, name="第二党小组")
    with pytest.raises(AlreadyMember):
        add_member(linked.secretary, group_id=other, person_id=linked.home.person_ids[1])
    second = add_member(linked.secretary, group_id=other, person_id=linked.house.person_ids[1])
    with pytest.raises(HouseholdLinked):
        propose_link(linked.secretary, member_id=second, household_id=linked.house.id)


def test_nobody_asks_or_answers_for_strangers(branch, actor):
    stranger = actor("resident", SISTER_VILLAGE)
    with pytest.raises(Forbidden):
        propose_link(stranger, member_id=branch.one, household_id=branch.house.id)
    number = propose_link(branch.comrade, member_id=branch.one, household_id=branch.house.id)
    with pytest.raises(NotFound):
        answer_link(stranger, number, accept=True)
    with pytest.raises(NotFound):
        link(stranger, number)


def test_a_visit_sets_the_next_day_by_colour(linked):
    linked.move_clock(now() + timedelta(days=10))
    (late,) = my_links(linked.comrade, due_within=timedelta())
    assert (late.light, late.colour) == ("red", "red")
    assert colours(HERE, COUNTY_CODE) == {"red": (1, 1)}
    record_visit(linked.comrade, linked.link, heard="屋顶漏雨")
    row = link(linked.comrade, linked.link)
    assert (row.last_visit, row.next_due, row.light) == (today(), today() + timedelta(days=7), "green")
    set_colour(linked.secretary, linked.link, "yellow")
    assert link(linked.comrade, linked.link).next_due == today() + timedelta(days=90)
    assert my_links(linked.comrade, due_within=timedelta()) == []


def test_what_was_heard_becomes_a_case_when_needed(linked):
    with pytest.raises(Invalid):
        record_visit(linked.comrade, linked.link, becomes_case=True)
    record_visit(linked.comrade, linked.link, heard="水井没水了", becomes_case=True)
    (visit,) = visits_of(linked.link)
    view = case(linked.secretary, visit.case_id)
    assert (view.kind, view.text) == ("grid.visit_matter", "水井没水了")
    record_visit(linked.secretary, linked.link, heard="路不好走", becomes_case=True)
    told = case(linked.secretary, visits_of(linked.link)[0].case_id)
    assert (told.household_id, told.on_behalf) == (linked.house.id, True)
    assert view.subject == f"grid_party_link:{linked.link}"


def test_only_the_linked_member_or_the_branch_writes_visits(linked, actor):
    with pytest.raises(NotYourLink):
        record_visit(actor("grid_leader", VILLAGE), linked.link)
    with pytest.raises(NotFound):
        record_visit(linked.stranger, linked.link)
    record_visit(linked.secretary, linked.link)


@pytest.mark.parametrize("days", [1, -61])
def test_a_visit_was_lately_and_is_never_to_come(linked, days):
    with pytest.raises(Invalid):
        record_visit(linked.comrade, linked.link, day=today() + timedelta(days=days))


def test_links_end_with_a_word_why_with_the_member_and_with_the_household(linked):
    with pytest.raises(Invalid):
        end_link(linked.resident, linked.link, why=" ")
    end_link(linked.resident, linked.link, why="搬家")
    with pytest.raises(LinkMovedOn):
        record_visit(linked.comrade, linked.link)
    again = propose_link(linked.resident, member_id=linked.one, household_id=linked.house.id)
    end_member(linked.secretary, linked.one)
    assert PartyLink.unscoped("a test").where(PartyLink.id == again).get().state == "ended"
    second = add_member(linked.secretary, group_id=linked.group, person_id=linked.home.person_ids[0])
    third = propose_link(linked.secretary, member_id=second, household_id=linked.house.id)
    end_household(linked.admin, linked.house.id)
    assert PartyLink.unscoped("a test").where(PartyLink.id == third).get().ended_why == "household_ended"


def test_deeds_begin_at_zero_each_year_and_are_taken_back_not_deleted(branch):
    kind = create_kind(branch.admin, title="调解纠纷", points=5)
    first = record_deed(branch.secretary, member_id=branch.one, kind_id=kind, note="两家地界")
    record_deed(branch.secretary, member_id=branch.one, kind_id=kind, day=today() - timedelta(days=100))
    assert points_by_member([branch.one], 2026) == {branch.one: 5}
    assert points_by_member([branch.one], 2025) == {branch.one: 5}
    back = reverse_deed(branch.secretary, first.id, reason="登记错了")
    assert points_by_member([branch.one], 2026) == {branch.one: 0}
    assert (back.points, back.reverses_id) == (-5, first.id)
    for number in (first.id, back.id):
        with pytest.raises(DeedReversed):
            reverse_deed(branch.secretary, number, reason="再来")
    assert Deed.unscoped("a test").count() == 3
    assert group_points(HERE, VILLAGE, 2026) == 0


def test_nobody_writes_their_own_deeds_and_stopped_kinds_are_not_used(branch, actor):
    kind = create_kind(branch.admin, title="环境整治", points=2)
    self_serving = actor("secretary", VILLAGE, person_id=branch.home.person_ids[1])
    with pytest.raises(OwnDeed):
        record_deed(self_serving, member_id=branch.one, kind_id=kind)
    first = record_deed(branch.secretary, member_id=branch.one, kind_id=kind)
    with pytest.raises(OwnDeed):
        reverse_deed(self_serving, first.id, reason="x")
    stop_kind(branch.admin, kind)
    with pytest.raises(KindStopped):
        record_deed(branch.secretary, member_id=branch.one, kind_id=kind)
    with pytest.raises(Forbidden):
        record_deed(branch.comrade, member_id=branch.one, kind_id=kind)


def test_a_personal_sum_is_shown_only_where_a_law_grounds_it(branch, ground):
    with pytest.raises(BurdenOff):
        member_points([branch.one], 2026)
    ground("personal_score")
    assert member_points([branch.one], 2026) == {branch.one: 0}


def test_the_ledger_of_deeds_refuses_changes_and_is_held_against_the_record(branch):
    kind = create_kind(branch.admin, title="救灾", points=8)
    row = record_deed(branch.secretary, member_id=branch.one, kind_id=kind)
    reverse_deed(branch.secretary, row.id, reason="重复")
    assert deed_mistakes() == []
    jobs.prove_deeds()
    with pytest.raises(DatabaseError, match="never changed"), database.atomic():
        database.execute_sql("UPDATE grid_deed SET points = 80")
    forged = {"member_id": branch.one, "area_code": GRID, "year": 2026, "day": today(), "kind_id": kind}
    with unit_of_work(housekeeping="a forger leaves no line"):
        Deed.insert(**forged, points=50, at=now()).execute()
    assert len(deed_mistakes()) == 1
    with pytest.raises(LedgerDiffers):
        jobs.prove_deeds()


def test_the_pages_of_member_household_and_branch(branch, as_role, submit, ground):
    person = branch.home.person_ids[1]
    phone = as_role("party_member", GRID, person_id=person)
    home = as_role("resident", VILLAGE, person_id=branch.house.person_ids[0])
    desk = as_role("secretary", VILLAGE)
    found = phone.get("/grid/my-households?q=赵大山").text
    assert "认领一户" in found
    wish = {"member_id": branch.one, "household_id": branch.house.id, "colour": "red"}
    assert submit(phone, "/grid/my-households?q=赵大山", "/grid/links", **wish).status_code == 303
    page = home.get("/grid/my-member").text
    assert "周网格 想联系您家" in page
    number = PartyLink.unscoped("a test").get().id
    assert submit(home, "/grid/my-member", f"/grid/links/{number}/answer", accept="1").status_code == 303
    assert "周网格" in home.get("/grid/my-member").text
    branch.move_clock(now() + timedelta(days=8))
    phone, desk = as_role("party_member", GRID, person_id=person), as_role("secretary", VILLAGE)
    home = as_role("resident", VILLAGE, person_id=branch.house.person_ids[0])
    assert "赵大山" in phone.get("/grid/my-day").text
    address = f"/grid/links/{number}"
    assert submit(phone, address, f"{address}/visits", day="2027-01-01").status_code == 422
    sent = {"day": str(today()), "heard": "路灯坏了", "becomes_case": "1"}
    assert submit(phone, address, f"{address}/visits", **sent).status_code == 303
    assert "路灯坏了" in home.get("/grid/my-member").text
    assert "赵大山" not in phone.get("/grid/my-day").text
    assert "周网格" in desk.get("/grid/party").text
    admin = as_role("county_admin", COUNTY_CODE)
    kinds = "/grid/party/deed-kinds"
    assert submit(admin, kinds, kinds, title="宣讲", points="0").status_code == 422
    assert submit(admin, kinds, kinds, title="宣讲", points="3").status_code == 303
    group = f"/grid/party/groups/{branch.group}"
    deed = {"member_id": branch.one, "kind_id": "1", "day": str(today())}
    assert submit(desk, group, f"{group}/deeds", **deed).status_code == 303
    page = desk.get(group).text
    assert "宣讲" in page
    assert "个人合计不显示" in page
    ground("personal_score")
    assert "显示个人积分的依据" in desk.get(group).text
    assert submit(desk, group, f"{group}/deeds/1/reverse", reason="错了").status_code == 303
    assert "已冲销" in desk.get(group).text
    assert "宣讲" in phone.get("/grid/my-households").text
    assert len(members(branch.group)) == 1
    assert submit(desk, group, f"{group}/members/{branch.one}/end").status_code == 303
    assert members(branch.group) == []
