"""A few claims for the demo county, one in each state, so that every page of theirs shows something."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.hookspecs import SeedWorld
from core.people.api import household_area
from plugins.points_store.models import AWARD, Activity, Claim, ClaimStep, Objection, Rule, Transfer
from plugins.points_store.models.claims import (
    CHECK,
    CHECKED,
    CREDIT,
    CREDITED,
    FILE,
    FILED,
    OBJECT,
    OBJECTED,
    PUBLISH,
    PUBLISHED,
    REFUSE,
    REFUSED,
)
from plugins.points_store.models.earning import RESIDENT

# State, what was done, the steps that led there.
CLAIMS = (
    (FILED, "清理自家门前排水沟", (FILE,)),
    (CHECKED, "参加河道清理志愿服务", (FILE, CHECK)),
    (PUBLISHED, "帮助独居老人收稻谷", (FILE, CHECK, PUBLISH)),
    (OBJECTED, "义务修补村道", (FILE, CHECK, PUBLISH, OBJECT)),
    (REFUSED, "打扫自家院子", (FILE, REFUSE)),
    (CREDITED, "参加人居环境整治", (FILE, CHECK, PUBLISH, CREDIT)),
)
_STATE_AFTER = {
    FILE: FILED,
    CHECK: CHECKED,
    PUBLISH: PUBLISHED,
    OBJECT: OBJECTED,
    REFUSE: REFUSED,
    CREDIT: CREDITED,
}


def fill_claims(world: SeedWorld, village: str, rule_ids: Sequence[int]) -> None:
    """Claims of the first households of a village, and an activity of today; call inside a unit of work."""
    households = world.households.get(village, [])[: len(CLAIMS)]
    rule: Rule = Rule.unscoped("the rules were just laid down").where(Rule.id == rule_ids[0]).get()
    for number, (household_id, (state, text, deeds)) in enumerate(zip(households, CLAIMS, strict=False)):
        area_code = household_area(household_id) or village
        at = world.started_at - timedelta(days=5, hours=number)
        claim = _claim(world, area_code, household_id, rule, state, text, at)
        rows = [
            {
                "claim_id": claim.id,
                "number": place,
                "at": at + timedelta(hours=place),
                "account_id": _who(world, village, deed),
                "deed": deed,
                "state": _STATE_AFTER[deed],
                "points": claim.points,
                "reason": "自家院子不算" if deed == REFUSE else "",
            }
            for place, deed in enumerate(deeds, 1)
        ]
        ClaimStep.insert_many(rows).execute()
        if state == OBJECTED:
            Objection.create(
                claim_id=claim.id,
                area_code=area_code,
                account_id=0,
                appeal=False,
                text="那段路是村里请人修的",
                at=world.started_at - timedelta(days=1),
                answer="",
            )
    host = _who(world, village, CHECK)
    if host is not None:
        Activity.create(
            area_code=village,
            title="清河志愿服务",
            place="村部门前",
            day=world.started_at.date(),
            rule_id=rule.id,
            points=rule.points_min,
            code="QNGHEWRK",
            created_at=world.started_at,
            created_by=host,
        )


def _claim(
    world: SeedWorld, area_code: str, household_id: int, rule: Rule, state: str, text: str, at: datetime
) -> Claim:
    public = state in (PUBLISHED, OBJECTED, CREDITED)
    deeds = next(deeds for known, _, deeds in CLAIMS if known == state)
    credited = None
    if state == CREDITED:
        first = Transfer.unscoped("an award of the demo", Transfer.id).where(
            (Transfer.kind == AWARD)
            & (Transfer.area_code == area_code[:12])
            & Transfer.rule_id.is_null(False)
        )
        row = first.order_by(Transfer.id.desc()).first()
        credited = row.id if row is not None else None
    return Claim.create(
        area_code=area_code,
        household_id=household_id,
        rule_id=rule.id,
        effect=rule.effect,
        points=rule.points_min,
        text=text,
        day=at.date(),
        witness="",
        filed_as=RESIDENT,
        filed_at=at,
        state=state,
        version=len(deeds),
        published_at=at + timedelta(hours=3) if public else None,
        public_until=(at + timedelta(days=rule.publicity_days)).date() if public else None,
        transfer_id=credited,
        problem="",
    )


def _who(world: SeedWorld, village: str, deed: str) -> int | None:
    """Whoever takes such a step in the village; nobody is named with an objection."""
    roles = {CHECK: ("grid_leader", "grid_member"), PUBLISH: ("reviewer",), REFUSE: ("grid_leader",)}
    for role in roles.get(deed, ()):
        for (known, area_code), accounts in world.accounts.items():
            if known == role and area_code.startswith(village) and accounts:
                return accounts[0]
    return None
