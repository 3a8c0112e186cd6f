"""Awards: by a rule, with a reason, never for one's own household, never across a wall."""

import pytest

from core.errors import Invalid, NotFound
from plugins.points_store.errors import (
    OwnAffair,
    PointsOutsideRule,
    RuleNotHere,
)
from plugins.points_store.services import awards
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting


def test_nobody_awards_their_own_household(world):
    own = acting(3, "reviewer", VILLAGE, world.household)
    with pytest.raises(OwnAffair):
        awards.award(own, household_id=world.household, rule_id=world.rule.id, points=5, reason="清扫")


def test_a_reviewer_of_one_village_does_not_reach_the_next(world):
    for household in (world.sibling_household, 10**9):
        with pytest.raises(NotFound):
            awards.award(
                world.reviewer, household_id=household, rule_id=world.rule.id, points=5, reason="清扫"
            )


def test_an_award_keeps_to_its_rule_and_needs_a_reason(world):
    rule = awards.create_rule(
        world.secretary, area_code=VILLAGE, title="垃圾分类", points_min=1, points_max=5
    )
    far = awards.create_rule(world.admin, area_code=SIBLING, title="邻村", points_min=1, points_max=5)
    give = {"household_id": world.household, "reason": "分类"}
    with pytest.raises(PointsOutsideRule):
        awards.award(world.reviewer, rule_id=rule.id, points=6, **give)
    with pytest.raises(RuleNotHere):
        awards.award(world.reviewer, rule_id=far.id, points=2, **give)
    awards.stop_rule(world.secretary, rule_id=rule.id)
    with pytest.raises(RuleNotHere):
        awards.award(world.reviewer, rule_id=rule.id, points=2, **give)
    with pytest.raises(Invalid):
        awards.award(
            world.reviewer, household_id=world.household, rule_id=world.rule.id, points=2, reason="  "
        )
