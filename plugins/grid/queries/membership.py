"""Whether somebody is a member of a group on the grid, and who is in a village."""

from typing import Any

from core.hookspecs import RollCandidate
from core.scope import AFTER_DIGITS
from plugins.grid.models.party import PartyMember

_BRANCH = "whether one is a member does not depend on where one asks from"
_OF_VILLAGE = "named to whoever keeps the village's table of voters, which has its own wall"


def member_of(person_id: int | None) -> PartyMember | None:
    """The membership that holds today of a person, None for who is in no group."""
    if person_id is None:
        return None
    found: PartyMember | None = (
        PartyMember.unscoped(_BRANCH)
        .where((PartyMember.person_id == person_id) & PartyMember.until.is_null())
        .get_or_none()
    )
    return found


def roll_candidates(area_code: str) -> list[RollCandidate]:
    """The party members of a village's groups: so that whoever keeps a table of voters need not ask again."""
    query: Any = PartyMember.unscoped(_OF_VILLAGE).where(
        (PartyMember.area_code >= area_code)
        & (PartyMember.area_code < area_code + AFTER_DIGITS)
        & PartyMember.until.is_null()
    )
    return [
        RollCandidate(row.person_id, "party_member", row.since)
        for row in query.order_by(PartyMember.person_id)
    ]
