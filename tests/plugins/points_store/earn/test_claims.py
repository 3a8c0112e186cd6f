"""A claim from filing to credit: who may do which step, and what stands in its way."""

from datetime import timedelta

import pytest

from core.audit import AuditLine
from core.clock import today
from core.db import database
from core.errors import Forbidden, Invalid, NotFound
from core.notices.models import Notice
from core.people.api import PersonRow, add_kinship, leave_register, persons_of
from core.people.services import add_person, end_household
from plugins.points_store.errors import (
    ClaimEvidenceMissing,
    ClaimMovedOn,
    HouseholdGone,
    KinAffair,
    NotYoursToFile,
    OtherPersonNeeded,
    OwnAffair,
    PersonGone,
    PointsOutsideRule,
)
from plugins.points_store.models import Claim, ClaimStep, Earned, Transfer
from plugins.points_store.services import awards, claims, publicity, reviewing, rules
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting


def test_a_claim_is_filed_checked_made_public_and_credited_after_its_days(desk, world):
    key = desk.file(points=20)
    desk.publish(key)
    claim = desk.claim(key)
    assert (claim.state, claim.public_until) == ("published", today() + timedelta(days=3))
    assert desk.pass_days(3) == 0, "the last day counts to its end"
    assert world.balance() == 0
    assert desk.pass_days(1) == 1
    assert world.balance() == 20
    assert desk.claim(key).state == "credited"
    assert desk.deeds(key) == [("file", 10), ("check", 20), ("publish", 22), ("credit", None)]


def test_a_job_that_runs_late_or_twice_credits_once(desk, world):
    key = desk.file(points=20)
    desk.publish(key)
    assert desk.pass_days(40) == 1
    assert publicity.finish_publicity() == 0
    assert not publicity.finish_claim(key)
    assert world.balance() == 20
    assert Earned.select().count() == 1


def test_household_staff_and_neighbour_file_and_nobody_from_behind_the_wall(desk, world):
    assert desk.claim(desk.file()).filed_as == "resident"
    assert desk.claim(desk.file(desk.member)).filed_as == "staff"
    assert desk.claim(desk.file(desk.neighbour)).filed_as == "neighbour"
    far = acting(30, "resident", SIBLING, world.sibling_household)
    for stranger in (far, acting(31, "grid_member", SIBLING)):
        with pytest.raises(NotFound):
            desk.file(stranger)
    with pytest.raises(Forbidden):
        desk.file(world.clerk)


def test_a_rule_says_who_files_what_and_with_which_evidence(desk, world):
    own = rules.create_rule(
        world.admin,
        area_code=VILLAGE,
        title="好人好事",
        points_min=5,
        points_max=5,
        filed_by=("neighbour", "staff"),
        evidence="witness",
    )
    with pytest.raises(NotYoursToFile):
        desk.file(rule_id=own.id)
    with pytest.raises(ClaimEvidenceMissing):
        desk.file(desk.neighbour, rule_id=own.id)
    desk.file(desk.neighbour, rule_id=own.id, witness="王奶奶")
    with pytest.raises(NotYoursToFile):
        desk.file(desk.neighbour, rule_id=desk.fine.id)
    with pytest.raises(PointsOutsideRule):
        desk.file(points=51)
    for day in (today() + timedelta(days=1), today() - timedelta(days=61)):
        with pytest.raises(Invalid):
            desk.file(day=day)


def test_a_photo_is_asked_of_residents_and_of_staff_only_on_a_legal_ground(desk, world):
    rule = rules.create_rule(
        world.admin, area_code=VILLAGE, title="清扫", points_min=1, points_max=9, evidence="photo"
    )
    with pytest.raises(ClaimEvidenceMissing):
        desk.file(rule_id=rule.id)
    desk.file(desk.member, rule_id=rule.id)


def test_filing_checking_and_reviewing_are_three_people(desk):
    key = desk.file(desk.leader)
    with pytest.raises(OtherPersonNeeded):
        reviewing.review_claim(desk.leader, claim_id=key, decision="pass")
    reviewing.review_claim(desk.member, claim_id=key, decision="pass")
    both = acting(21, "reviewer", VILLAGE)
    with pytest.raises(OtherPersonNeeded):
        reviewing.review_claim(both, claim_id=key, decision="pass")
    reviewing.review_claim(desk.reviewer, claim_id=key, decision="pass")
    with pytest.raises(ClaimMovedOn):
        reviewing.review_claim(desk.reviewer, claim_id=key, decision="pass")


def test_each_check_has_its_own_right(desk, world):
    key = desk.file()
    for actor in (desk.reviewer, world.clerk, world.resident):
        with pytest.raises(Forbidden):
            reviewing.review_claim(actor, claim_id=key, decision="pass")
    with pytest.raises(NotFound):
        reviewing.review_claim(acting(40, "grid_leader", SIBLING), claim_id=key, decision="pass")
    with pytest.raises(Invalid):
        reviewing.review_claim(desk.leader, claim_id=key, decision="refuse", reason=" ")
    reviewing.review_claim(desk.leader, claim_id=key, decision="refuse", reason="没有这回事")
    assert desk.claim(key).state == "refused"
    checked = desk.file()
    reviewing.review_claim(desk.leader, claim_id=checked, decision="pass")
    with pytest.raises(ClaimMovedOn):  # a second tap of the same finger: no right was lost
        reviewing.review_claim(desk.leader, claim_id=checked, decision="pass")


def test_nobody_looks_at_their_own_household_or_kin(desk, world):
    key = desk.file()
    own = acting(20, "grid_leader", VILLAGE, world.household)
    with pytest.raises(OwnAffair):
        reviewing.review_claim(own, claim_id=key, decision="pass")
    (head,) = persons_of(world.household)
    (kin,) = persons_of(world.other_household)
    add_kinship(world.admin, person_id=head.id, kin_id=kin.id, relation="sibling")
    sibling = acting(25, "grid_leader", VILLAGE, world.other_household)
    # Test households are numbered as their only person is.
    assert sibling.person_id == kin.id
    with pytest.raises(KinAffair):
        reviewing.review_claim(sibling, claim_id=key, decision="pass")
    award = {"rule_id": desk.rule.id, "points": 5, "reason": "帮忙", "household_id": world.household}
    with pytest.raises(KinAffair):
        awards.award(acting(26, "reviewer", VILLAGE, world.other_household), **award)


def test_a_rule_may_leave_it_to_the_committee_alone(desk, world):
    rule = rules.create_rule(
        world.admin, area_code=VILLAGE, title="荣誉", points_min=5, points_max=5, review="committee"
    )
    key = desk.file(rule_id=rule.id)
    assert reviewing.review_claim(desk.reviewer, claim_id=key, decision="pass") == "published"


def test_whoever_filed_takes_it_back_and_nobody_else(desk, world):
    key = desk.file(desk.neighbour)
    with pytest.raises(NotFound):
        claims.withdraw_claim(desk.bystander, claim_id=key, reason="不要了")
    claims.withdraw_claim(world.resident, claim_id=key, reason="不是我家")
    with pytest.raises(ClaimMovedOn):
        claims.withdraw_claim(desk.neighbour, claim_id=key, reason="不要了")
    assert desk.claim(key).state == "withdrawn"


def test_a_household_that_ended_is_not_credited_and_the_claim_says_so(desk, world):
    key = desk.file()
    desk.publish(key)
    end_household(world.secretary, world.household)
    assert desk.pass_days(4) == 1
    claim = desk.claim(key)
    assert (claim.state, claim.problem) == ("refused", "household_gone")
    assert "销户" in ClaimStep.select().where(ClaimStep.deed == "refuse").get().reason
    assert Transfer.unscoped("test").where(Transfer.kind == "award").count() == 0
    with pytest.raises(HouseholdGone):
        world.award(5)


def test_a_fund_that_is_empty_keeps_the_claim_waiting_until_it_is_filled(desk, world):
    world.award(990, world.other_household)
    key = desk.file(points=20)
    desk.publish(key)
    assert desk.pass_days(4) == 0
    claim = desk.claim(key)
    assert (claim.state, claim.problem) == ("published", "budget_exceeded")
    awards.grant_budget(world.admin, area_code=VILLAGE, points=100, reason="追加")
    assert desk.pass_days(1) == 1
    assert (world.balance(), desk.claim(key).problem) == (20, "")


def a_thousand(desk):
    """A thousand claims alike, of a neighbour's household."""
    one = desk.claim(desk.file(desk.neighbour))
    copied = {name: value for name, value in one.__data__.items() if name != "id"}
    Claim.insert_many([copied] * 999).execute()
    return [row.id for row in Claim.unscoped("test").order_by(Claim.id)]


def test_a_thousand_claims_are_reviewed_in_one_action(desk, world, monkeypatch):
    ids = a_thousand(desk)
    own = desk.file(desk.leader, household_id=world.other_household)
    counted = []
    plain = database.obj.execute_sql
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: (counted.append(a), plain(*a, **k))[1])
    done = reviewing.review_claims(desk.leader, claim_ids=[*ids, own, 10**9], decision="pass")
    assert len(counted) < 40
    assert sorted(done.done) == sorted(ids)
    assert {type(why) for why in done.left.values()} == {OtherPersonNeeded, NotFound}
    line = AuditLine.unscoped("test").where(AuditLine.action == "points_store.check_claims")
    assert line.count() == 1
    assert ClaimStep.select().where(ClaimStep.deed == "check").count() == 1000


def test_of_a_thousand_claims_those_that_cannot_be_reviewed_are_left_each_with_its_reason(desk):
    ids = a_thousand(desk)
    reviewing.review_claims(desk.leader, claim_ids=ids, decision="pass")
    home = desk.bystander.household_id
    reviewer = acting(27, "reviewer", VILLAGE, home)
    own = desk.file(desk.member, household_id=home)
    over, fresh = desk.file(desk.member), desk.file(desk.member)
    reviewing.review_claims(desk.leader, claim_ids=[own, over], decision="pass")
    reviewing.review_claim(desk.reviewer, claim_id=over, decision="refuse", reason="重复")
    expected = {own: OwnAffair, over: ClaimMovedOn, fresh: Forbidden, 10**9: NotFound}
    before = {key: (desk.claim(key).state, desk.deeds(key)) for key in (own, over, fresh)}

    done = reviewing.review_claims(reviewer, claim_ids=[*ids, *expected], decision="pass")
    assert {key: type(why) for key, why in done.left.items()} == expected
    assert done.done == dict.fromkeys(ids, "published")
    assert {key: (desk.claim(key).state, desk.deeds(key)) for key in before} == before

    again = reviewing.review_claims(reviewer, claim_ids=ids, decision="pass")
    assert (again.done, {type(why) for why in again.left.values()}) == ({}, {ClaimMovedOn})
    assert ClaimStep.select().where(ClaimStep.deed == "publish").count() == 1000
    with pytest.raises(Invalid):
        reviewing.review_claims(reviewer, claim_ids=range(1, 2002), decision="pass")


def test_a_thousand_claims_are_refused_in_one_action_and_who_filed_is_told(desk, monkeypatch):
    ids = a_thousand(desk)
    with pytest.raises(Invalid):
        reviewing.review_claims(desk.leader, claim_ids=ids, decision="refuse", reason=" ")
    counted = []
    plain = database.obj.execute_sql
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: (counted.append(a), plain(*a, **k))[1])
    done = reviewing.review_claims(desk.leader, claim_ids=ids, decision="refuse", reason="没有做")
    monkeypatch.undo()
    assert len(counted) < 40
    assert done.done == dict.fromkeys(ids, "refused")
    told = Notice.select().where(Notice.account_id == desk.neighbour.account_id)
    assert sorted(row.url for row in told) == sorted(f"/points-store/claims/{key}" for key in ids)


def test_a_claim_in_publicity_is_the_households_while_a_member_remains(world, desk):
    register = acting(90, "secretary", VILLAGE)
    spouse = add_person(register, world.household, PersonRow("王五娘"))
    lone = add_person(register, world.household, PersonRow("王六"))
    kept, claim_id = desk.file(person_id=spouse), desk.file(person_id=lone)
    desk.publish(kept)
    leave_register(register, spouse, left_for="died", left_on=today())
    with pytest.raises(PersonGone):
        desk.file(person_id=spouse)
    desk.pass_days(4)
    assert desk.claim(kept).state == "credited"
    desk.publish(claim_id)
    for person in persons_of(world.household)[::-1]:
        leave_register(register, person.id, left_for="moved", left_on=today())
    desk.pass_days(4)
    refused = desk.claim(claim_id)
    assert (refused.state, refused.problem) != ("credited", "")
    assert refused.problem == "household_deserted"
