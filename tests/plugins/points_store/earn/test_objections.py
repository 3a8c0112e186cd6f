"""Objections stop a credit, appeals freeze a deduction, and nobody learns who spoke up."""

from datetime import timedelta

import pytest

from core.clock import today
from core.errors import NotFound
from core.notices.models import Notice
from core.people.services import update_household
from plugins.points_store.errors import (
    ClaimMovedOn,
    ClaimNotPublicYet,
    InsufficientPoints,
    ObjectedAlready,
    OtherPersonNeeded,
    OwnAffair,
    PublicityOver,
)
from plugins.points_store.models import ClaimStep, LedgerAccount, Objection, Transfer
from plugins.points_store.queries.claims import objections_to, steps_of
from plugins.points_store.services import objections, publicity
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting


def held(world):
    return LedgerAccount.unscoped("test").where(LedgerAccount.household_id == world.household).get().held


def test_an_objection_stops_the_credit_until_the_committee_has_answered(desk, world):
    key = desk.file(points=20)
    desk.publish(key)
    number = objections.object_to_claim(desk.bystander, claim_id=key, text="那天没看见他家的人")
    assert desk.pass_days(9) == 0
    assert world.balance() == 0
    objections.answer_objection(desk.reviewer, objection_id=number, upheld=False, answer="有照片")
    assert desk.pass_days(0) == 1
    assert world.balance() == 20


def test_who_objected_is_told_of_the_answer_and_nobody_else_reads_it(desk):
    key = desk.file()
    desk.publish(key)
    number = objections.object_to_claim(desk.bystander, claim_id=key, text="不对")
    objections.answer_objection(desk.reviewer, objection_id=number, upheld=False, answer="有照片")
    with pytest.raises(ObjectedAlready):  # or one person could hold the points up for ever
        objections.object_to_claim(desk.bystander, claim_id=key, text="我还是不信")
    told = Notice.select().where(Notice.kind == "points_store.claim_result")
    assert {row.account_id for row in told} >= {desk.bystander.account_id}
    nobody = desk.bystander.scope("points_store.review")
    (own,) = objections_to(desk.claim(key), nobody, desk.bystander.account_id)
    assert own.answer == "有照片"
    assert objections_to(desk.claim(key), nobody, desk.neighbour.account_id) == []


def test_an_objection_that_is_upheld_ends_the_claim(desk, world):
    key = desk.file()
    desk.publish(key)
    number = objections.object_to_claim(desk.bystander, claim_id=key, text="不是他家")
    objections.answer_objection(desk.reviewer, objection_id=number, upheld=True, answer="属实")
    assert desk.claim(key).state == "refused"
    with pytest.raises(ClaimMovedOn):
        objections.answer_objection(desk.reviewer, objection_id=number, upheld=False, answer="再看看")
    assert desk.pass_days(9) == 0


def test_nobody_sees_who_objected(desk, world):
    key = desk.file()
    desk.publish(key)
    objections.object_to_claim(desk.bystander, claim_id=key, text="不对")
    (step,) = [row for row in ClaimStep.select() if row.deed == "object"]
    assert step.account_id is None
    assert steps_of(key)[-1].name == ""
    (seen,) = objections_to(desk.claim(key), desk.reviewer.scope("points_store.review"))
    assert not any("24" in str(value) for name, value in vars(seen).items() if name != "at")


def test_only_the_village_objects_and_only_while_it_is_public(desk, world):
    key = desk.file()
    with pytest.raises(ClaimNotPublicYet):
        objections.object_to_claim(desk.bystander, claim_id=key, text="早了")
    desk.publish(key)
    far = acting(30, "resident", SIBLING, world.sibling_household)
    for stranger in (far, world.clerk):
        with pytest.raises(NotFound):
            objections.object_to_claim(stranger, claim_id=key, text="不对")
    with pytest.raises(OwnAffair):
        objections.object_to_claim(world.resident, claim_id=key, text="自己的")
    objections.object_to_claim(desk.bystander, claim_id=key, text="不对")
    with pytest.raises(ObjectedAlready):
        objections.object_to_claim(desk.bystander, claim_id=key, text="还是不对")
    desk.on(today() + timedelta(days=4))
    with pytest.raises(PublicityOver):
        objections.object_to_claim(desk.neighbour, claim_id=key, text="晚了")


def test_nobody_answers_their_own_objection_and_all_are_answered_first(desk):
    key = desk.file()
    desk.publish(key)
    both = acting(24, "reviewer", VILLAGE, desk.bystander.household_id)
    first = objections.object_to_claim(desk.bystander, claim_id=key, text="不对")
    second = objections.object_to_claim(desk.neighbour, claim_id=key, text="不对")
    with pytest.raises(OtherPersonNeeded):
        objections.answer_objection(both, objection_id=first, upheld=False, answer="没事")
    objections.answer_objection(desk.reviewer, objection_id=second, upheld=False, answer="没事")
    assert desk.claim(key).state == "objected"
    objections.answer_objection(desk.reviewer, objection_id=first, upheld=False, answer="没事")
    assert desk.claim(key).state == "published"


def test_points_of_a_deduction_cannot_be_spent_while_it_is_public(desk, world):
    world.award(40)
    key = desk.public_fine(30)
    assert (world.balance(), held(world)) == (40, 30)
    with pytest.raises(InsufficientPoints):
        world.redeem(world.code().code, (world.bus, 2))
    world.redeem(world.code().code, (world.bus, 1))
    assert desk.pass_days(4) == 1
    assert (world.balance(), held(world), desk.claim(key).taken) == (0, 0, 30)


def test_a_deduction_takes_what_is_there_and_says_so(desk, world):
    world.award(12)
    key = desk.public_fine(30)
    assert held(world) == 12
    desk.pass_days(4)
    assert (world.balance(), desk.claim(key).taken) == (0, 12)
    assert "实扣 12 分" in steps_of(key)[-1].reason
    again = desk.public_fine(30)
    desk.pass_days(4)
    assert (world.balance(), desk.claim(again).taken, desk.claim(again).transfer_id) == (0, 0, None)


def test_an_appeal_freezes_a_deduction_and_one_that_is_right_frees_the_points(desk, world):
    world.award(40)
    key = desk.public_fine(30)
    number = objections.object_to_claim(world.resident, claim_id=key, text="不是我家倒的")
    assert Objection.unscoped("test").get().appeal
    assert desk.pass_days(9) == 0
    assert held(world) == 30
    objections.answer_objection(desk.reviewer, objection_id=number, upheld=True, answer="查清不是")
    assert (world.balance(), held(world), desk.claim(key).held) == (40, 0, 0)
    assert Transfer.unscoped("test").where(Transfer.kind == "deduction").count() == 0


def test_a_household_moves_with_a_deduction_over_it_and_both_villages_close(desk, world):
    world.award(40)
    desk.public_fine(30)
    update_household(world.admin, world.household, area_code=SIBLING, number="901")
    assert (world.balance(), held(world)) == (40, 30)
    assert desk.pass_days(4) == 1
    assert world.balance() == 10
    assert publicity.finish_publicity() == 0
