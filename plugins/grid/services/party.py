"""The party group of a grid and its members."""

from peewee import IntegrityError

from core import audit
from core.areas.api import is_current
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import area_of_person
from core.security import Actor
from core.text import N_
from plugins.grid.errors.party import AlreadyMember
from plugins.grid.models.party import ACTIVE, ENDED, PROPOSED, PartyGroup, PartyLink, PartyMember

P = "grid.party_manage"


def create_group(actor: Actor, *, area_code: str, name: str) -> int:
    """A party group of a grid or village; returns its id. Raises NotFound, Invalid."""
    actor.demand(P, area_code)
    title = cleaned(name)
    if len(area_code) < 12 or not is_current(area_code):
        raise NotFound
    if not 1 <= len(title) <= 60:
        raise Invalid(fields={"name": [N_("名称应为 1 到 60 个字。")]})
    with unit_of_work():
        row = PartyGroup.create(area_code=area_code, name=title, opened_at=now())
        audit.record(actor, "grid.create_party_group", area_code=area_code, subject=f"party_group:{row.id}")
    return int(row.id)


def add_member(actor: Actor, *, group_id: int, person_id: int, is_head: bool = False) -> int:
    """A person of the register becomes a member of the group; returns the membership's id.

    Raises NotFound (the group, or a person outside one's areas), AlreadyMember.
    """
    scope = actor.demand(P)
    with unit_of_work():
        group: PartyGroup | None = PartyGroup.within(scope).where(PartyGroup.id == group_id).get_or_none()
        home = area_of_person(person_id)
        if group is None or group.closed_at is not None or home is None or not scope.covers(home):
            raise NotFound
        if is_head:
            PartyMember.update(is_head=False).where(PartyMember.group_id == group_id).execute()
        try:
            with unit_of_work(housekeeping="the deed's line follows"):
                row = PartyMember.create(
                    group_id=group_id,
                    person_id=person_id,
                    area_code=group.area_code,
                    is_head=is_head,
                    since=today(),
                )
        except IntegrityError:
            raise AlreadyMember from None
        audit.record(
            actor,
            "grid.add_party_member",
            area_code=group.area_code,
            subject=f"party_group:{group_id}",
            person_id=person_id,
        )
    return int(row.id)


def end_member(actor: Actor, member_id: int) -> None:
    """The member leaves the group; links end, deeds stay. Raises NotFound."""
    scope = actor.demand(P)
    with unit_of_work():
        row: PartyMember | None = PartyMember.within(scope).where(PartyMember.id == member_id).get_or_none()
        if row is None or row.until is not None:
            raise NotFound
        PartyMember.update(until=today()).where(PartyMember.id == member_id).execute()
        open_links = (PartyLink.member_id == member_id) & PartyLink.state.in_((PROPOSED, ACTIVE))
        links = (
            PartyLink.update(state=ENDED, ended_at=now(), ended_why="member_left").where(open_links).execute()
        )
        audit.record(
            actor,
            "grid.end_party_member",
            area_code=row.area_code,
            subject=f"party_member:{member_id}",
            links=links,
        )
