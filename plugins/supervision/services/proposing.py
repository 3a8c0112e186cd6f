"""Kinship from the register proposes recusals; a person decides (DOMAIN.md, edge 8)."""

from core.accounts.api import accounts_of_persons
from core.clock import now, today
from core.people.api import kin_of
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.supervision.models.decisions import Decision, Recusal
from plugins.supervision.queries.recusals import proposed_among
from plugins.supervision.queries.voters import voters_on
from plugins.supervision.services.vote_notices import tell_above

SELF, KIN = N_("当事人本人"), N_("当事人的亲属（户籍登记）")


def propose_kin(actor: Actor, row: Decision, person_id: int) -> list[int]:
    """Propose whoever is concerned and their kin, where they have a vote or an account there; returns who.

    Within the caller's unit of work. Whoever was proposed before stays as they were decided.
    """
    kin = kin_of(person_id)
    voters = voters_on(row.area_code, today())
    # Whoever manages the decision must not either: an account of that village or above it.
    holders = accounts_of_persons(AreaScope((row.area_code[:6],)), {person_id, *kin})
    wanted = sorted(each for each in {person_id, *kin} if each in voters or each in holders)
    fresh = [each for each in wanted if each not in proposed_among(row.id, wanted)]
    for each in fresh:
        propose(actor, row, each, SELF if each == person_id else KIN)
    tell_proposed(actor, row, len(fresh))
    return fresh


def propose(actor: Actor, row: Decision, person_id: int, reason: str) -> None:
    """Put somebody forward for recusal."""
    Recusal.create(
        decision_id=row.id,
        area_code=row.area_code,
        person_id=person_id,
        reason=reason,
        proposed_at=now(),
        proposed_by=actor.account_id,
    )


def tell_proposed(actor: Actor, row: Decision, count: int) -> None:
    """The level above decides who leaves a village's roll: it hears that somebody waits."""
    if count:
        tell_above(actor, row, N_("%(place)s“%(title)s”有 %(count)d 人是否回避，请核实后确认。"), count=count)
