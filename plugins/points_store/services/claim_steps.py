"""A step of a claim: the row under its version, a line that never changes, a line on record."""

from typing import Any

from core import audit
from core.clock import now
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from plugins.points_store.errors import ClaimMovedOn
from plugins.points_store.models import Claim, ClaimStep
from plugins.points_store.models.claims import (
    CHECK,
    CREDIT,
    DISMISS,
    FILE,
    FOLLOW,
    OBJECT,
    PUBLISH,
    REFUSE,
    UPHOLD,
    WITHDRAW,
)
from plugins.points_store.services.holds import release_points

# Step -> its action on record. Many claims that are looked at together are one line with the list.
ACTIONS = {
    FILE: "points_store.file_claim",
    CHECK: "points_store.check_claims",
    PUBLISH: "points_store.publish_claims",
    REFUSE: "points_store.refuse_claims",
    OBJECT: "points_store.object_to_claim",
    DISMISS: "points_store.answer_objection",
    UPHOLD: "points_store.answer_objection",
    CREDIT: "points_store.credit_claim",
    WITHDRAW: "points_store.withdraw_claim",
    FOLLOW: "points_store.move_claim",
}


def claim_within(scope: AreaScope, claim_id: int) -> Claim:
    """A claim in `scope`. Raises NotFound."""
    claim: Claim | None = Claim.within(scope).where(Claim.id == claim_id).first()
    if claim is None:
        raise NotFound
    return claim


def take_step(
    actor: Actor,
    claim: Claim,
    deed: str,
    state: str,
    *,
    reason: str = "",
    nameless: bool = False,
    **changes: Any,
) -> None:
    """Take one step of one claim, inside a unit of work; `changes` are further columns.

    `nameless`: the step does not say who took it (an objection). What a deduction held is free once the
    claim is over. Raises ClaimMovedOn when somebody else was quicker.
    """
    number = claim.version + 1
    moved = (
        Claim.update(state=state, version=number, **changes)
        .where((Claim.id == claim.id) & (Claim.version == claim.version))
        .execute()
    )
    if not moved:
        raise ClaimMovedOn
    for name, value in {"state": state, "version": number, **changes}.items():
        setattr(claim, name, value)
    ClaimStep.insert(**step_row(actor, claim, deed, reason, nameless=nameless)).execute()
    audit.record(
        actor,
        ACTIONS[deed],
        area_code=claim.area_code,
        subject=f"claim:{claim.id}",
        step=number,
        state=state,
        points=claim.points,
    )


def step_row(actor: Actor, claim: Claim, deed: str, reason: str, *, nameless: bool = False) -> dict[str, Any]:
    """The line of a step that `claim` has just taken."""
    return {
        "claim_id": claim.id,
        "number": claim.version,
        "at": now(),
        "account_id": None if nameless else actor.account_id,
        "deed": deed,
        "state": claim.state,
        "points": claim.points,
        "reason": reason[:300],
    }


def free_held(claim: Claim, wallet_id: int | None) -> dict[str, Any]:
    """Free what a deduction holds; the change of column that goes with it."""
    if not claim.held or wallet_id is None:
        return {}
    release_points(wallet_id, claim.held)
    return {"held": 0}
