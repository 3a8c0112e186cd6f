"""A few claims of these weeks for the demo county, in every state: each of their pages shows something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from core.clock import today
from core.hookspecs import SeedWorld
from core.security import Actor
from plugins.points_store.models.claims import CHECK, FILE, OBJECT, PUBLISH, REFUSE
from plugins.points_store.seeding.past import Past, Village
from plugins.points_store.services.activities import create_activity
from plugins.points_store.services.claims import NewClaim, file_claim
from plugins.points_store.services.objections import object_to_claim
from plugins.points_store.services.publicity import finish_publicity
from plugins.points_store.services.reviewing import PASS, REJECT, review_claim

# What was done, by which of the rules, so many days ago, and the steps since, one a day.
CLAIMS = (
    ("清理自家门前排水沟", 0, 5, (FILE,)),
    ("参加河道清理志愿服务", 1, 5, (FILE, CHECK)),
    ("帮助独居老人收稻谷", 5, 5, (FILE, CHECK, PUBLISH)),
    ("义务修补村道", 0, 5, (FILE, CHECK, PUBLISH, OBJECT)),
    ("打扫自家院子", 0, 5, (FILE, REFUSE)),
    # Public for seven days, and credited last night.
    ("参加人居环境整治", 0, 12, (FILE, CHECK, PUBLISH)),
)


@dataclass
class Story:
    """A claim and what becomes of it; `claim_id` once it is filed."""

    village: Village
    filer: Actor
    checker: Actor
    rule_id: int
    text: str
    points: int | None = None
    claim_id: int = 0

    def take(self, deed: str) -> None:
        """One step, by whoever takes it in the village."""
        if deed == FILE:
            assert self.filer.household_id is not None, "residents stand in the register"
            new = NewClaim(self.filer.household_id, self.rule_id, self.text, today(), self.points)
            self.claim_id = file_claim(self.filer, new).id
        elif deed in (CHECK, REFUSE):
            decision, reason = (PASS, "") if deed == CHECK else (REJECT, "自家院子不算")
            review_claim(self.checker, claim_id=self.claim_id, decision=decision, reason=reason)
        elif deed == PUBLISH:
            review_claim(self.village.reviewer, claim_id=self.claim_id, decision=PASS)
        else:
            neighbour = next(each for each in self.village.residents if each is not self.filer)
            object_to_claim(neighbour, claim_id=self.claim_id, text="那段路是村里请人修的")


def plan_claims(past: Past, world: SeedWorld, village: Village, rule_ids: Sequence[int]) -> None:
    """Claims of the first households of a village, and an activity of today."""
    day = world.started_at.date()
    for number, (people, told) in enumerate(zip(village.claimants(), CLAIMS, strict=False)):
        text, rule, days, deeds = told
        story = Story(village, *people, rule_ids[rule], text)
        for place, deed in enumerate(deeds):
            past.plan(day - timedelta(days=days - place), 9 + place, number, partial(story.take, deed))
    past.plan(day, 0, 20, finish_publicity)
    past.plan(day, 0, 30, partial(_announce, village, rule_ids[1]))


def _announce(village: Village, rule_id: int) -> None:
    create_activity(
        village.secretary,
        area_code=village.code,
        title="清河志愿服务",
        place="村部门前",
        day=today(),
        rule_id=rule_id,
        points=5,
    )
