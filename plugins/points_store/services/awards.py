"""Budgets and awards: points come from the village's fund, never from nowhere."""

from core import audit
from core.areas.api import get_area
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import PointsOutsideRule, RuleNotHere
from plugins.points_store.models import AWARD, BUDGET, LedgerAccount, Rule
from plugins.points_store.services import ledger, periods, wallets
from plugins.points_store.services.days import announce_booking
from plugins.points_store.services.ledger import Booked, Leg


def grant_budget(actor: Actor, *, area_code: str, points: int, reason: str) -> Booked:
    """Put `points` (yuan) into a village's fund: out of the county's within a period, else of the mint.

    `area_code`: 12 digits. Raises NotFound for an area that is no village within the actor's areas,
    PeriodNotReturned, CountyFundShort.
    """
    actor.demand("points_store.budget", area_code)
    area = get_area(area_code)
    if area is None or area.level != "village":
        raise NotFound
    with unit_of_work():
        source, target = periods.budget_source(), ledger.fund(area_code)
        return ledger.post(
            actor,
            BUDGET,
            [Leg(source.id, -points), Leg(target.id, points)],
            area_code=area_code,
            reason=reason,
        )


def award(
    actor: Actor, *, household_id: int, rule_id: int, points: int, reason: str, person_id: int | None = None
) -> tuple[LedgerAccount, Booked]:
    """Credit `points` to a household's (or person's) wallet by a rule, with a reason in words.

    Raises NotFound (outside the reviewer's villages), OwnAffair (own household), RuleNotHere,
    PointsOutsideRule, BudgetExceeded.
    """
    scope = actor.demand("points_store.award")
    if not reason.strip():
        raise Invalid(fields={"reason": [N_("请写明发放积分的事由。")]})
    with unit_of_work():
        wallet = wallets.open_wallet(actor, household_id, person_id)
        if not scope.covers(wallet.area_code):
            raise NotFound
        wallets.refuse_own(actor, wallet)
        rule = _rule_for(rule_id, wallet.area_code)
        if not rule.points_min <= points <= rule.points_max:
            raise PointsOutsideRule(title=rule.title, least=rule.points_min, most=rule.points_max)
        booked = ledger.post(
            actor,
            AWARD,
            [Leg(ledger.fund(wallet.area_code).id, -points), Leg(wallet.id, points)],
            area_code=wallet.area_code[:12],
            reason=reason.strip(),
            rule_id=rule.id,
        )
        announce_booking(actor, AWARD, wallet, booked, points)
    return wallet, booked


def _rule_for(rule_id: int, area_code: str) -> Rule:
    rule: Rule | None = (
        Rule.unscoped("the wallet's area decides which rules hold").where(Rule.id == rule_id).first()
    )
    if rule is None or not rule.active or not area_code.startswith(rule.area_code):
        raise RuleNotHere
    return rule


def create_rule(actor: Actor, *, area_code: str, title: str, points_min: int, points_max: int) -> Rule:
    """Add a rule for an area (a village's own, or the county's for all). Raises Invalid, NotFound."""
    actor.demand("points_store.manage", area_code)
    if points_max < points_min:
        raise Invalid(fields={"points_max": [N_("上限不能小于下限。")]})
    with unit_of_work():
        rule = Rule.create(area_code=area_code, title=title, points_min=points_min, points_max=points_max)
        audit.record(
            actor,
            "points_store.create_rule",
            area_code=area_code,
            subject=f"rule:{rule.id}",
            points_min=points_min,
            points_max=points_max,
        )
    return rule


def stop_rule(actor: Actor, *, rule_id: int) -> None:
    """Switch a rule off; what was credited by it stays. Raises NotFound."""
    scope = actor.demand("points_store.manage")
    with unit_of_work():
        rule = Rule.within(scope).where(Rule.id == rule_id).first()
        if rule is None:
            raise NotFound
        Rule.update(active=False).where(Rule.id == rule_id).execute()
        audit.record(actor, "points_store.stop_rule", area_code=rule.area_code, subject=f"rule:{rule_id}")
