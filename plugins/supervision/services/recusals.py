"""Recusals are proposed by hand, decided by a second person; after the notice each starts it anew.

Whoever could choose the roll would choose the outcome. So neither who drafted or published a decision nor
their kin decide who leaves it, nor whoever put somebody forward, nor somebody concerned or their kin.
"""

from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import kin_of, person_brief
from core.security import Actor
from core.text import N_
from plugins.supervision.errors.decisions import AuthorsRecusal, OwnRecusal, SecondPerson
from plugins.supervision.models.decisions import DRAFT, PUBLISHED, Decision, Recusal
from plugins.supervision.queries.authors import is_author, same_hands
from plugins.supervision.queries.recusals import concerned_ids, proposed_among
from plugins.supervision.services.decisions import DECIDE, decision_in, record
from plugins.supervision.services.proposing import propose, tell_proposed
from plugins.supervision.services.publishing import publish_again
from plugins.supervision.services.vote_notices import tell_recused


def propose_recusal(actor: Actor, decision_id: int, person_id: int, reason: str) -> None:
    """Put somebody forward who is no kin by the register. Raises NotFound, DecisionMovedOn, Invalid."""
    why = cleaned(reason)
    if not 1 <= len(why) <= 200:
        raise Invalid(fields={"reason": [N_("请写明回避的原因，至多 200 个字。")]})
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT, PUBLISHED)
        if person_brief(actor.scope(DECIDE), person_id) is None:
            raise NotFound
        if proposed_among(row.id, [person_id]):
            raise Invalid(fields={"person_id": [N_("这个人已在回避名单里。")]})
        propose(actor, row, person_id, why)
        record(actor, "propose_recusal", row, person=person_id)
        tell_proposed(actor, row, 1)


def decide_recusal(actor: Actor, decision_id: int, person_id: int, *, confirm: bool) -> None:
    """Say whether somebody leaves roll, base and view.

    Somebody who leaves after the publication makes another version: roll, clock and ballots begin anew.
    Raises NotFound, DecisionMovedOn, Recused, OwnRecusal, AuthorsRecusal, SecondPerson, and what publishing
    raises.
    """
    with unit_of_work():
        row = decision_in(actor, decision_id, DRAFT, PUBLISHED)
        demand_decider(actor, row, _open(row, person_id))
        Recusal.update(
            **{
                "confirmed_at" if confirm else "declined_at": now(),
                "confirmed_by" if confirm else "declined_by": actor.account_id,
            }
        ).where((Recusal.decision_id == row.id) & (Recusal.person_id == person_id)).execute()
        record(actor, "decide_recusal", row, person=person_id, confirmed=confirm)
        if confirm:
            tell_recused(row, person_id)
        if confirm and row.state == PUBLISHED:
            publish_again(actor, row, is_roll_alone=True)


def demand_decider(actor: Actor, row: Decision, waiting: Recusal) -> None:
    """Whether somebody may say who leaves. Raises OwnRecusal, AuthorsRecusal, SecondPerson."""
    if actor.person_id is not None:
        own = kin_of(actor.person_id) | {actor.person_id}
        if own & ({waiting.person_id} | concerned_ids(row.id)):
            raise OwnRecusal
    if is_author(actor, row):
        raise AuthorsRecusal
    if waiting.proposed_by in same_hands(actor):
        raise SecondPerson


def _open(row: Decision, person_id: int) -> Recusal:
    waiting = Recusal.unscoped("of a decision that was reached").where(
        (Recusal.decision_id == row.id)
        & (Recusal.person_id == person_id)
        & Recusal.confirmed_at.is_null()
        & Recusal.declined_at.is_null()
    )
    found: Recusal | None = waiting.get_or_none()
    if found is None:
        raise NotFound
    return found
