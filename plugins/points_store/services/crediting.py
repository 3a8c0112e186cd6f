"""Crediting by a rule: caps and the fund bind, whoever asked for it."""

from datetime import date

from core.people.api import has_left, household_brief, is_deserted
from core.scope import AreaScope
from core.security import Actor
from plugins.points_store.errors import HouseholdDeserted, HouseholdGone, PersonGone, RuleForDeduction
from plugins.points_store.models import AWARD, LedgerAccount, Rule
from plugins.points_store.models.earning import GAIN
from plugins.points_store.services import caps, ledger, wallets
from plugins.points_store.services.days import announce_booking
from plugins.points_store.services.ledger import Booked, Leg


def credit(
    actor: Actor,
    rule: Rule,
    wallet: LedgerAccount,
    *,
    points: int,
    reason: str,
    day: date,
    village: str,
) -> Booked:
    """Book an award for an act of `day`, out of the fund of `village` (12 digits), where it was done.

    A household that has moved since gets it where it lives now, and both villages' books close. A stopped
    wallet receives all the same: what it cannot do is redeem. Call inside a unit of work that is alone.
    Raises RuleForDeduction, CapReached, BudgetExceeded.
    """
    if rule.effect != GAIN:
        raise RuleForDeduction(title=rule.title)
    caps.demand_room(rule, wallet.id, day, points)
    booked = ledger.post(
        actor,
        AWARD,
        [Leg(ledger.fund(village).id, -points), Leg(wallet.id, points)],
        area_code=village,
        reason=reason,
        rule_id=rule.id,
    )
    wallets.carry_points(actor, wallet, points, village, wallet.area_code[:12])
    caps.note(booked.transfer_id, wallet.id, rule.key, day, points)
    announce_booking(actor, AWARD, wallet, booked, points)
    return booked


def standing_wallet(actor: Actor, household_id: int, person_id: int | None) -> LedgerAccount:
    """The wallet of a household that has not ended and has a member, opened on first use.

    `person_id` may have left since the act: what they earned stays with the household as long as somebody
    remains, since it was one household's work and its points are one household's. `demand_member` keeps new
    acts from naming them. Raises NotFound, HouseholdGone, HouseholdDeserted.
    """
    wallet = wallets.open_wallet(actor, household_id, person_id)
    household = household_brief(AreaScope((wallet.area_code[:6],)), household_id)
    if household is not None and household.ended_at is not None:
        raise HouseholdGone
    if is_deserted(household_id):
        raise HouseholdDeserted
    return wallet


def demand_member(person_id: int | None) -> None:
    """A new act names nobody who has left; inside the unit of work that writes it. Raises PersonGone."""
    if person_id is not None and has_left(person_id):
        raise PersonGone
