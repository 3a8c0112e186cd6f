"""Whether somebody is a member of a group on the grid."""

from plugins.grid.models.party import PartyMember

_BRANCH = "whether one is a member does not depend on where one asks from"


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
