"""Budgets and awards: points come from the village's fund, never from nowhere."""

from peewee import fn

from core.accounts.api import account_persons
from core.areas.api import get_area
from core.clock import today
from core.db import rows, unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import (
    AlreadyWithdrawn,
    InsufficientPoints,
    NotAnAward,
    OtherPersonNeeded,
    PointsOutsideRule,
)
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    WALLET,
    WITHDRAWAL,
    Claim,
    Earned,
    LedgerAccount,
    Lot,
    Transfer,
)
from plugins.points_store.services import caps, ledger, periods, wallets
from plugins.points_store.services.crediting import credit, demand_member, standing_wallet
from plugins.points_store.services.ledger import Booked, Leg
from plugins.points_store.services.recusal import refuse_kin, same_person
from plugins.points_store.services.rules import create_rule, rule_for, stop_rule

__all__ = ["Withdrawal", "award", "create_rule", "grant_budget", "stop_rule", "withdraw_award"]

_FOUND = "reached through an award in the actor's areas"


@value_class
class Withdrawal:
    """An award that was taken back: `points` is what was there, `short` what was spent or had expired."""

    transfer_id: int
    wallet_id: int
    points: int
    short: int
    balance: int


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

    Raises NotFound (outside the reviewer's villages), OwnAffair, KinAffair, HouseholdGone, HouseholdDeserted,
    PersonGone, RuleNotHere, RuleForDeduction, PointsOutsideRule, CapReached, BudgetExceeded.
    """
    scope = actor.demand("points_store.award")
    if not reason.strip():
        raise Invalid(fields={"reason": [N_("请写明发放积分的事由。")]})
    with unit_of_work():
        wallet = standing_wallet(actor, household_id, person_id)
        if not scope.covers(wallet.area_code):
            raise NotFound
        demand_member(person_id)
        refuse_kin(actor, wallets.household_of(wallet))
        rule = rule_for(rule_id, wallet.area_code)
        if not rule.points_min <= points <= rule.points_max:
            raise PointsOutsideRule(title=rule.title, least=rule.points_min, most=rule.points_max)
        booked = credit(
            actor,
            rule,
            wallet,
            points=points,
            reason=reason.strip(),
            day=today(),
            village=wallet.area_code[:12],
        )
    return wallet, booked


def withdraw_award(actor: Actor, *, transfer_id: int, reason: str) -> Withdrawal:
    """Take an award back that was a mistake: a second person does it, and takes what is there.

    The points are the fund's again from which they came; the wallet never falls below zero, and what
    was spent or has expired already is said. Raises NotFound, Invalid, NotAnAward, OtherPersonNeeded,
    OwnAffair, KinAffair, AlreadyWithdrawn, InsufficientPoints when nothing is left of it.
    """
    scope = actor.demand("points_store.withdraw")
    if not reason.strip():
        raise Invalid(fields={"reason": [N_("请写明撤销的原因。")]})
    with unit_of_work():
        old: Transfer | None = Transfer.within(scope).where(Transfer.id == transfer_id).first()
        if old is None:
            raise NotFound
        if old.kind != AWARD or old.rule_id is None:
            raise NotAnAward
        wallet = _wallet_of(transfer_id)
        refuse_kin(actor, wallets.household_of(wallet))
        _demand_other_person(actor, old)
        if Transfer.unscoped(_FOUND).where(Transfer.reverses_id == transfer_id).exists():
            raise AlreadyWithdrawn
        # What of it was over has gone back to the fund already: the points that came later are no part of it.
        points = min(old.points - _expired_of(transfer_id), wallet.balance - wallet.held)
        if points < 1:
            raise InsufficientPoints(needed=old.points, balance=0)
        # The household may have moved since: its points go back to the village that paid.
        wallets.carry_points(actor, wallet, points, wallet.area_code[:12], old.area_code)
        booked = ledger.post(
            actor,
            WITHDRAWAL,
            [Leg(wallet.id, -points), Leg(ledger.fund(old.area_code).id, points)],
            area_code=old.area_code,
            reason=reason.strip(),
            rule_id=old.rule_id,
            reverses_id=transfer_id,
        )
        counted: Earned | None = Earned.get_or_none(Earned.transfer_id == transfer_id)
        if counted is not None:
            caps.note(booked.transfer_id, wallet.id, counted.rule_key, counted.day, -points)
    return Withdrawal(booked.transfer_id, wallet.id, points, old.points - points, booked.balances[wallet.id])


def _demand_other_person(actor: Actor, award: Transfer) -> None:
    """Neither who awarded nor who let the claim through takes it back."""
    claim: Claim | None = Claim.unscoped(_FOUND).where(Claim.transfer_id == award.id).first()
    account_id = claim.published_by if claim is not None else award.account_id
    persons = account_persons([account_id]) if account_id is not None else {}
    if same_person(actor, account_id, persons.get(account_id or 0)):
        raise OtherPersonNeeded


def _expired_of(transfer_id: int) -> int:
    """Points of what a booking credited that have expired."""
    ((expired,),) = rows(
        Lot.select(fn.COALESCE(fn.SUM(Lot.expired), 0)).where(Lot.transfer_id == transfer_id)
    )
    return int(expired)


def _wallet_of(transfer_id: int) -> LedgerAccount:
    ids = [leg.ledger_account_id for leg in ledger.legs_of(transfer_id)]
    wallet: LedgerAccount = (
        LedgerAccount.unscoped(_FOUND).where(LedgerAccount.id.in_(ids) & (LedgerAccount.kind == WALLET)).get()
    )
    return wallet
