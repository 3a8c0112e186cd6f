"""Synthetic ballots for a published version: voters by their own phone, a few through a grid member."""

from random import Random

from core.accounts.api import accounts_of_person, actor_for
from core.errors import DomainError
from core.hookspecs import SeedWorld
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.decisions import ABSTAIN, AGAINST, AGREE, HELPER, DecisionVersion
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.services.ballots import NewBallot, cast_ballot

_OPINIONS = {
    AGREE: ("早该办了（模拟）", "赞成，请把账目公开（模拟）", ""),
    AGAINST: ("花费偏高，先修路（模拟）", "再比两家价格（模拟）"),
    ABSTAIN: ("不太了解情况（模拟）", ""),
}


@value_class
class Hands:
    """Who acts in a village, with the posts of today: those of a new county begin today, its past is made up.

    `collector`: a grid member, if there is one; `voters`: person -> the account that votes.
    """

    secretary: Actor
    collector: Actor | None
    voters: dict[int, Actor]


def hands_of(world: SeedWorld, secretary: Actor, village: str, persons: list[int]) -> Hands:
    """Look them up."""
    gathering = [
        ids[0]
        for (role, area_code), ids in sorted(world.accounts.items())
        if role == "grid_member" and area_code.startswith(village) and ids
    ]
    accounts = {person_id: accounts_of_person(person_id) for person_id in persons}
    voters = {person_id: actor_for(held[0]) for person_id, held in accounts.items() if held}
    return Hands(secretary, actor_for(gathering[0]) if gathering else None, voters)


def seed_ballots(
    version: DecisionVersion,
    draw: Random,
    hands: Hands,
    *,
    agree: int = 86,
    against: int = 6,
    abstain: int = 4,
) -> int:
    """Cast ballots on a version that is open by the clock; returns how many were cast.

    `agree`, `against`, `abstain`: percent of the roll, the rest stays silent. who has an account votes
    themselves, others through the grid member, as many as one may help.
    """
    cast = 0
    for entry in roll_of(version.id):
        lot = draw.randrange(100)
        choice = AGREE if lot < agree else AGAINST if lot < agree + against else ABSTAIN
        if lot >= agree + against + abstain:
            continue
        opinion = draw.choice(_OPINIONS[choice]) if draw.randrange(3) == 0 else ""
        if entry.person_id in hands.voters:
            voter, new = hands.voters[entry.person_id], NewBallot(choice, opinion)
        elif hands.collector is not None:
            voter, new = hands.collector, NewBallot(choice, opinion, way=HELPER, person_id=entry.person_id)
        else:
            continue
        try:
            cast_ballot(voter, version.decision_id, new)
        except DomainError:
            continue  # the collector's kin, or an account whose post gives no vote
        cast += 1
    return cast
