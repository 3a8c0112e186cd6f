"""Checking and reviewing claims, one or a thousand in one action.

The head of the group looks first, the village's committee second; a rule may leave it to the committee
alone. Nobody looks at what they filed or checked themselves, at their own household's or their kin's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from core import audit
from core.clock import now, today
from core.db import unit_of_work
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import (
    ClaimMovedOn,
    KinAffair,
    OtherPersonNeeded,
    OwnAffair,
    PointsOutsideRule,
)
from plugins.points_store.models import Claim, ClaimStep, Rule
from plugins.points_store.models.claims import (
    CHECK,
    CHECKED,
    FILED,
    PUBLISH,
    PUBLISHED,
    REFUSE,
    REFUSED,
)
from plugins.points_store.models.earning import COMMITTEE, LOSS
from plugins.points_store.services.claim_steps import ACTIONS, step_row
from plugins.points_store.services.claims import wallet_id_of
from plugins.points_store.services.crediting import standing_wallet
from plugins.points_store.services.holds import hold_points
from plugins.points_store.services.recusal import kept_out, same_person
from plugins.points_store.services.telling import tell_results

PASS, REJECT = "pass", "refuse"
MOST_AT_ONCE = 2000
_CHUNK = 400
Item = TypeVar("Item")
_RULES = "the rules of claims in the actor's areas"


@dataclass
class Reviewed:
    """What a review did: claim -> its new state; claim -> why it was left as it was."""

    done: dict[int, str] = field(default_factory=dict)
    left: dict[int, DomainError] = field(default_factory=dict)


@value_class
class _Move:
    """Claims that take the same step to the same state."""

    deed: str
    state: str
    public_until: date | None


def review_claim(
    actor: Actor, *, claim_id: int, decision: str, reason: str = "", points: int | None = None
) -> str:
    """Check or review one claim; returns its new state. `points`: what is right, within the rule; say why.

    Raises NotFound, Forbidden, Invalid, ClaimMovedOn, OtherPersonNeeded, OwnAffair, KinAffair,
    PointsOutsideRule.
    """
    reviewed = review_claims(actor, claim_ids=[claim_id], decision=decision, reason=reason, points=points)
    for refusal in reviewed.left.values():
        raise refusal
    return reviewed.done[claim_id]


def review_claims(
    actor: Actor, *, claim_ids: Sequence[int], decision: str, reason: str = "", points: int | None = None
) -> Reviewed:
    """Check or review many claims in one unit of work; what may not be done is left, with its reason.

    Each claim has a step of its own; the record has a line for each kind of step, with the list.
    Raises Forbidden, and Invalid without a reason for a refusal or for more than 2,000 claims.
    """
    actor.demand_signed_in()
    if not (actor.may("points_store.check") or actor.may("points_store.review")):
        raise Forbidden
    if decision not in (PASS, REJECT) or len(set(claim_ids)) > MOST_AT_ONCE:
        raise Invalid
    if decision == REJECT and not reason.strip():
        raise Invalid(fields={"reason": [N_("不通过要写原因。")]})
    reviewed = Reviewed()
    with unit_of_work(housekeeping="nothing that is left as it was is a deed"):
        claims = _found(actor, sorted(set(claim_ids)), reviewed)
        rules = _rules_of(claims)
        away = kept_out(actor)
        moves: dict[_Move, list[Claim]] = {}
        for claim in claims:
            rule = rules[claim.rule_id]
            try:
                deed, state = _next_step(actor, claim, rule, decision)
                _demand_impartial(actor, claim, away)
                _set_points(claim, rule, points, reason.strip())
            except DomainError as refusal:
                reviewed.left[claim.id] = refusal
                continue
            until = today() + timedelta(days=rule.publicity_days) if state == PUBLISHED else None
            moves.setdefault(_Move(deed, state, until), []).append(claim)
        for move, group in moves.items():
            _take(actor, move, group, reason.strip())
            reviewed.done.update((claim.id, move.state) for claim in group)
    return reviewed


def _found(actor: Actor, wanted: list[int], reviewed: Reviewed) -> list[Claim]:
    """The claims in areas where the actor checks or reviews; what lies outside is left as not found."""
    check, review = actor.scope("points_store.check"), actor.scope("points_store.review")
    claims = []
    for some in _chunks(wanted):
        rows = Claim.unscoped("each one's area is held against both scopes").where(Claim.id.in_(some))
        claims += [row for row in rows if check.covers(row.area_code) or review.covers(row.area_code)]
    known = {claim.id for claim in claims}
    reviewed.left.update((claim_id, NotFound()) for claim_id in wanted if claim_id not in known)
    return sorted(claims, key=lambda claim: int(claim.id))


def _rules_of(claims: Sequence[Claim]) -> dict[int, Rule]:
    rows = Rule.unscoped(_RULES).where(Rule.id.in_({claim.rule_id for claim in claims}))
    return {row.id: row for row in rows}


def _next_step(actor: Actor, claim: Claim, rule: Rule, decision: str) -> tuple[str, str]:
    """Deed and state to which a claim goes by this actor. Raises ClaimMovedOn, NotFound, Forbidden."""
    if claim.state not in (FILED, CHECKED):
        raise ClaimMovedOn
    is_first = claim.state == FILED and rule.review != COMMITTEE
    if not actor.may("points_store.check" if is_first else "points_store.review", claim.area_code):
        if claim.state == CHECKED and actor.may("points_store.check", claim.area_code):
            raise ClaimMovedOn  # somebody has checked it in the meantime: no right was lost
        raise Forbidden
    if decision == REJECT:
        return REFUSE, REFUSED
    return (CHECK, CHECKED) if is_first else (PUBLISH, PUBLISHED)


def _demand_impartial(actor: Actor, claim: Claim, away: frozenset[int]) -> None:
    if claim.household_id == actor.household_id:
        raise OwnAffair
    if claim.household_id in away:
        raise KinAffair
    if same_person(actor, claim.filed_by, claim.filer_person_id):
        raise OtherPersonNeeded
    if claim.state == CHECKED and same_person(actor, claim.checked_by, claim.checker_person_id):
        raise OtherPersonNeeded


def _set_points(claim: Claim, rule: Rule, points: int | None, reason: str) -> None:
    if points is None or points == claim.points:
        return
    if not reason:
        raise Invalid(fields={"reason": [N_("改了分值要写明原因。")]})
    if not rule.points_min <= points <= rule.points_max:
        raise PointsOutsideRule(title=rule.title, least=rule.points_min, most=rule.points_max)
    Claim.update(points=points).where(Claim.id == claim.id).execute()
    claim.points = points


def _take(actor: Actor, move: _Move, group: list[Claim], reason: str) -> None:
    """One step of all claims of `group`, in statements that do not grow with their number but for chunks."""
    changes: dict[str, object] = {"state": move.state}
    if move.deed == CHECK:
        changes |= {"checked_by": actor.account_id, "checker_person_id": actor.person_id}
    if move.deed == PUBLISH:
        changes |= {
            "published_by": actor.account_id,
            "published_at": now(),
            "public_until": move.public_until,
        }
    for some in _chunks(group):
        before = {claim.state for claim in some}
        moved = (
            Claim.update(version=Claim.version + 1, **changes)
            .where(Claim.id.in_([claim.id for claim in some]) & Claim.state.in_(before))
            .execute()
        )
        if moved != len(some):
            raise ClaimMovedOn
        for claim in some:
            claim.state, claim.version = move.state, claim.version + 1
        ClaimStep.insert_many([step_row(actor, claim, move.deed, reason) for claim in some]).execute()
    for claim in group if move.state == PUBLISHED else ():
        if claim.effect == LOSS:
            _hold(actor, claim)
    for village, members in _by_village(group).items():
        audit.record(
            actor,
            ACTIONS[move.deed],
            area_code=village,
            subject=f"claim:{members[0].id}",
            claims=[claim.id for claim in members],
            state=move.state,
            points=sum(claim.points for claim in members),
        )
    if move.deed == REFUSE:
        tell_results(group)


def _hold(actor: Actor, claim: Claim) -> None:
    """While a deduction is public nobody spends what it is about."""
    wallet_id = wallet_id_of(claim) or standing_wallet(actor, claim.household_id, claim.person_id).id
    claim.held = hold_points(wallet_id, claim.points)
    Claim.update(held=claim.held).where(Claim.id == claim.id).execute()


def _by_village(group: Sequence[Claim]) -> dict[str, list[Claim]]:
    villages: dict[str, list[Claim]] = {}
    for claim in group:
        villages.setdefault(claim.area_code[:12], []).append(claim)
    return villages


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
