"""Recusals are proposed by hand, confirmed or declined by a person; after the notice each starts it anew."""

from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import person_brief
from core.security import Actor
from core.text import N_
from plugins.supervision.errors.decisions import OwnRecusal
from plugins.supervision.models.decisions import DRAFT, PUBLISHED, Decision, Recusal
from plugins.supervision.queries.recusals import proposed_among
from plugins.supervision.services.decisions import DECIDE, decision_in, record
from plugins.supervision.services.proposing import propose
from plugins.supervision.services.publishing import publish_again


def propose_recusal(actor: Actor, decision_id: int, person_id: int, reason: str) -> None:
    """Put somebody forward whom the register does not know as kin. Raises NotFound, DecisionMovedOn, Invalid."""
    why = cleaned(reason)
    if not 1 <= len(why) <= 200:
        raise Invalid(fields={"reason": [N_("请写明回避的原因，至多 200 个字。")]})
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT, PUBLISHED)
        if person_brief(actor.scope(DECIDE), person_id) is None:
            raise NotFound
        if proposed_among(row.id, [person_id]):
            raise Invalid(fields={"person_id": [N_("这个人已在回避名单里。")]})
        propose(row, person_id, why)
        record(actor, "propose_recusal", row, person=person_id)


def decide_recusal(actor: Actor, decision_id: int, person_id: int, *, confirm: bool) -> None:
    """Say whether somebody leaves roll, base and view.

    Somebody who leaves after the publication makes another version: roll, clock and ballots begin anew.
    Raises NotFound, DecisionMovedOn, Recused, OwnRecusal, and what publishing raises.
    """
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT, PUBLISHED)
        if actor.person_id == person_id:
            raise OwnRecusal
        _demand_open(row, person_id)
        Recusal.update(
            **{
                "confirmed_at" if confirm else "declined_at": now(),
                "confirmed_by" if confirm else "declined_by": actor.account_id,
            }
        ).where((Recusal.decision_id == row.id) & (Recusal.person_id == person_id)).execute()
        record(actor, "decide_recusal", row, person=person_id, confirmed=confirm)
        if confirm and row.state == PUBLISHED:
            publish_again(actor, row)


def _demand_open(row: Decision, person_id: int) -> None:
    waiting = Recusal.unscoped("of a decision that was reached").where(
        (Recusal.decision_id == row.id)
        & (Recusal.person_id == person_id)
        & Recusal.confirmed_at.is_null()
        & Recusal.declined_at.is_null()
    )
    if not waiting.exists():
        raise NotFound
