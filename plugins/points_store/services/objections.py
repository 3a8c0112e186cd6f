"""Objections: anybody of the village may speak up while a claim is public; the committee answers."""

from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import household_area
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import (
    ClaimMovedOn,
    ClaimNotPublicYet,
    ObjectedAlready,
    OtherPersonNeeded,
    OwnAffair,
    PublicityOver,
)
from plugins.points_store.models import Claim, Objection
from plugins.points_store.models.claims import (
    CHECKED,
    DISMISS,
    FILED,
    OBJECT,
    OBJECTED,
    PUBLISHED,
    REFUSED,
    UPHOLD,
)
from plugins.points_store.models.earning import LOSS
from plugins.points_store.services import telling
from plugins.points_store.services.claim_steps import free_held, take_step
from plugins.points_store.services.claims import wallet_id_of
from plugins.points_store.services.recusal import refuse_kin, same_person

_OPEN_TO_VILLAGE = "a claim that is public is everybody's of its village; whose village it is comes next"


def object_to_claim(actor: Actor, *, claim_id: int, text: str) -> int:
    """Say what is wrong with a claim that is public; returns the objection's id.

    Any resident of the village may, and grid staff for somebody who tells them; the household itself
    appeals against a deduction. The points wait until the committee has answered. Who it was stands
    with the objection alone and is shown to nobody. A resident objects to a claim once, or the points could
    be held up for ever. Raises NotFound, Invalid, ClaimNotPublicYet, PublicityOver, ClaimMovedOn,
    OwnAffair (what one's own household asked for can be withdrawn), ObjectedAlready.
    """
    actor.demand_signed_in()
    if not text.strip():
        raise Invalid(fields={"text": [N_("请写明哪里不对。")]})
    with unit_of_work():
        claim = public_claim(actor, claim_id)
        if claim.state in (FILED, CHECKED):
            raise ClaimNotPublicYet
        if claim.state not in (PUBLISHED, OBJECTED) or claim.public_until is None:
            raise ClaimMovedOn
        if today() > claim.public_until:
            raise PublicityOver(day=claim.public_until.isoformat())
        if claim.household_id == actor.household_id and claim.effect != LOSS:
            raise OwnAffair
        is_staff = actor.may("points_store.check", claim.area_code)
        own = Objection.unscoped(_OPEN_TO_VILLAGE).where(
            (Objection.claim_id == claim_id) & (Objection.account_id == actor.account_id)
        )
        if not is_staff and own.exists():
            raise ObjectedAlready
        row = Objection.create(
            claim_id=claim_id,
            area_code=claim.area_code,
            account_id=actor.account_id,
            person_id=actor.person_id,
            appeal=claim.effect == LOSS and claim.household_id == actor.household_id,
            text=text.strip()[:500],
            at=now(),
            answer="",
        )
        take_step(actor, claim, OBJECT, OBJECTED, nameless=True)
        telling.tell_committee(
            claim, telling.OBJECTED, N_("第 %(number)s 号公示有人提出异议，答复以前不会记分。")
        )
    return int(row.id)


def answer_objection(actor: Actor, *, objection_id: int, upheld: bool, answer: str) -> Claim:
    """Answer an objection: `upheld` refuses the claim, else it goes on when no other one is open.

    Raises NotFound, Invalid, ClaimMovedOn, OwnAffair, KinAffair, OtherPersonNeeded for one's own objection.
    """
    scope = actor.demand("points_store.review")
    if not answer.strip():
        raise Invalid(fields={"answer": [N_("请写明答复。")]})
    with unit_of_work():
        row: Objection | None = Objection.within(scope).where(Objection.id == objection_id).first()
        if row is None:
            raise NotFound
        claim: Claim = Claim.within(scope).where(Claim.id == row.claim_id).get()
        if row.answered_at is not None or claim.state != OBJECTED:
            raise ClaimMovedOn
        refuse_kin(actor, claim.household_id)
        if same_person(actor, row.account_id, row.person_id):
            raise OtherPersonNeeded
        Objection.update(
            answered_at=now(), answered_by=actor.account_id, upheld=upheld, answer=answer.strip()[:500]
        ).where(Objection.id == objection_id).execute()
        if upheld:
            changes = free_held(claim, wallet_id_of(claim))
            take_step(actor, claim, UPHOLD, REFUSED, reason=answer.strip(), **changes)
            telling.tell_result(claim)
        else:
            others = Objection.unscoped(_OPEN_TO_VILLAGE).where(
                (Objection.claim_id == claim.id) & Objection.answered_at.is_null()
            )
            state = OBJECTED if others.exists() else PUBLISHED
            take_step(actor, claim, DISMISS, state, reason=answer.strip())
        telling.tell_objector(claim, row.account_id)
    return claim


def public_claim(actor: Actor, claim_id: int) -> Claim:
    """A claim of the actor's own village, or of the areas where they check. Raises NotFound."""
    claim: Claim | None = Claim.unscoped(_OPEN_TO_VILLAGE).where(Claim.id == claim_id).first()
    if claim is None:
        raise NotFound
    home = household_area(actor.household_id) if actor.household_id is not None else None
    of_village = actor.may("points_store.own") and home is not None and home[:12] == claim.area_code[:12]
    if not (of_village or actor.may("points_store.check", claim.area_code)):
        raise NotFound
    return claim
