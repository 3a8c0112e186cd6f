"""Synthetic ballots for a published version: most voters by their own phone, others through grid staff."""

from random import Random

from core.accounts.api import accounts_of_person, actor_for
from core.errors import DomainError
from core.security import Actor
from plugins.supervision.models.decisions import ABSTAIN, AGAINST, AGREE, HELPER, DecisionVersion
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.services.ballots import NewBallot, cast_ballot

_OPINIONS = {
    AGREE: ("早该办了（模拟）", "赞成，请把账目公开（模拟）", ""),
    AGAINST: ("花费偏高，先修路（模拟）", "再比两家价格（模拟）"),
    ABSTAIN: ("不太了解情况（模拟）", ""),
}


def seed_ballots(
    version: DecisionVersion,
    draw: Random,
    *,
    collector: Actor | None = None,
    agree: int = 86,
    against: int = 6,
    abstain: int = 4,
) -> int:
    """Cast ballots on a version that is open by the clock; returns how many were cast.

    `agree`, `against`, `abstain`: percent of the roll, the rest stays silent. Whoever has no account votes
    through `collector` (staff of the village, say its secretary), but for the collector's kin.
    """
    cast = 0
    for entry in roll_of(version.id):
        lot = draw.randrange(100)
        choice = AGREE if lot < agree else AGAINST if lot < agree + against else ABSTAIN
        if lot >= agree + against + abstain:
            continue
        opinion = draw.choice(_OPINIONS[choice]) if draw.randrange(3) == 0 else ""
        accounts = accounts_of_person(entry.person_id)
        if accounts:
            voter, new = actor_for(accounts[0]), NewBallot(choice, opinion)
        elif collector is not None:
            voter, new = collector, NewBallot(choice, opinion, way=HELPER, person_id=entry.person_id)
        else:
            continue
        try:
            cast_ballot(voter, version.decision_id, new)
        except DomainError:
            continue  # the collector's kin, or an account whose post gives no vote
        cast += 1
    return cast
