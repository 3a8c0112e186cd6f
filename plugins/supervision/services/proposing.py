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

SELF, KIN = N_("当事人本人"), N_("当事人的亲属（户籍登记）")


def propose_kin(actor: Actor, row: Decision, person_id: int) -> list[int]:
    """Propose whoever is concerned and their kin, where they have a vote or an account there; returns who.

    Within the caller's unit of work. Whoever was proposed before stays as they were decided.
    """
    del actor  # who did it stands in the line that the caller records
    kin = kin_of(person_id)
    voters = voters_on(row.area_code, today())
    # Whoever manages the decision must not either: an account of that village or above it.
    holders = accounts_of_persons(AreaScope((row.area_code[:6],)), {person_id, *kin})
    wanted = sorted(each for each in {person_id, *kin} if each in voters or each in holders)
    fresh = [each for each in wanted if each not in proposed_among(row.id, wanted)]
    for each in fresh:
        propose(row, each, SELF if each == person_id else KIN)
    return fresh


def propose(row: Decision, person_id: int, reason: str) -> None:
    """Put somebody forward for recusal."""
    Recusal.create(
        decision_id=row.id, area_code=row.area_code, person_id=person_id, reason=reason, proposed_at=now()
    )
