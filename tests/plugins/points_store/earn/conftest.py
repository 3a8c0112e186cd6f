"""The village of the points store with those who look at claims, and a rule to claim by."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.clock import CHINA, today
from core.security import Actor
from plugins.points_store.models import Claim, ClaimStep, Rule
from plugins.points_store.services import claims, publicity, reviewing, rules
from plugins.points_store.services.claims import NewClaim
from tests.plugins.points_store.conftest import county_plugins, world
from tests.plugins.points_store.village import NOON, VILLAGE, World, acting, household_in

__all__ = ["county_plugins", "world"]


@dataclass
class Desk:
    """Who files, checks and reviews in the village."""

    world: World
    leader: Actor
    member: Actor
    reviewer: Actor
    neighbour: Actor
    bystander: Actor
    rule: Rule
    fine: Rule
    homes: dict[str, int] = field(default_factory=dict)

    def file(self, actor: Actor | None = None, **more: Any) -> int:
        """The resident of the village files for the own household."""
        new = {
            "household_id": self.world.household,
            "rule_id": self.rule.id,
            "text": "清理河道",
            "day": today(),
        } | more
        return int(claims.file_claim(actor or self.world.resident, NewClaim(**new)).id)

    def publish(self, claim_id: int) -> None:
        """First and second check."""
        reviewing.review_claim(self.leader, claim_id=claim_id, decision="pass")
        reviewing.review_claim(self.reviewer, claim_id=claim_id, decision="pass")

    def public_fine(self, points: int = 30) -> int:
        """A deduction that is public."""
        claim_id = self.file(self.member, rule_id=self.fine.id, points=points, text="乱倒垃圾")
        self.publish(claim_id)
        return claim_id

    def pass_days(self, days: int) -> int:
        """The clock goes on, and the nightly job runs; how many claims came to an end."""
        self.world.move_clock(datetime.combine(today() + timedelta(days=days), NOON.time(), CHINA))
        return publicity.finish_publicity()

    def claim(self, claim_id: int) -> Claim:
        """How it stands."""
        return Claim.unscoped("test").where(Claim.id == claim_id).get()

    def deeds(self, claim_id: int) -> list[tuple[str, int | None]]:
        """Its steps: deed and who."""
        rows = ClaimStep.select().where(ClaimStep.claim_id == claim_id).order_by(ClaimStep.number)
        return [(row.deed, row.account_id) for row in rows]

    def on(self, day: date) -> None:
        """The clock stands at noon of `day`."""
        self.world.move_clock(datetime.combine(day, NOON.time(), CHINA))


@pytest.fixture
def desk(world: World) -> Desk:
    """A rule of 5 to 50 points with 3 days of publicity, and one that takes 10 to 100."""
    rule = rules.create_rule(
        world.admin, area_code=VILLAGE, title="志愿服务", points_min=5, points_max=50, publicity_days=3
    )
    fine = rules.create_rule(
        world.admin,
        area_code=VILLAGE,
        title="乱倒垃圾",
        points_min=10,
        points_max=100,
        publicity_days=3,
        effect="deduction",
        filed_by=("staff",),
    )
    passer = household_in(VILLAGE, "008", "钱七")
    return Desk(
        world=world,
        leader=acting(20, "grid_leader", VILLAGE),
        member=acting(21, "grid_member", VILLAGE),
        reviewer=acting(22, "reviewer", VILLAGE),
        neighbour=acting(23, "resident", VILLAGE, world.other_household),
        bystander=acting(24, "resident", VILLAGE, passer),
        rule=rule,
        fine=fine,
    )
