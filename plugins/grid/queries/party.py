"""The party branch on the grid: groups, members, links by colour, visits that are due."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from peewee import Case, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.db import rows
from core.errors import NotFound
from core.people.api import household_head_name, person_names
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.grid.models.party import ACTIVE, PROPOSED, PartyGroup, PartyLink, PartyMember, PartyVisit
from plugins.grid.queries.membership import member_of

VIEW, MANAGE, LINK = "grid.party_view", "grid.party_manage", "grid.link"
NEAR = timedelta(days=3)
_REACHED = "reached through a member or household that the actor may see"


@value_class
class GroupView:
    """A group with how many members and linked households it has."""

    id: int
    name: str
    area_code: str
    area_name: str
    members: int
    links: int


@value_class
class MemberView:
    """A member with their links by colour."""

    id: int
    person_id: int
    name: str
    group_id: int
    is_head: bool
    since: date
    yellow: int = 0
    orange: int = 0
    red: int = 0
    late: int = 0


@value_class
class LinkView:
    """A link in words. `light`: red (a visit is late), yellow (due within three days), green."""

    id: int
    member_id: int
    member_name: str
    household_id: int
    head_name: str
    area_code: str
    area_name: str
    colour: str
    state: str
    proposed_by: str
    proposed_at: datetime
    on_behalf: bool
    last_visit: date | None
    next_due: date | None

    @property
    def light(self) -> str:
        """How near the next visit is."""
        if self.next_due is None:
            return ""
        return "red" if self.next_due < today() else "yellow" if self.next_due - today() < NEAR else "green"


@value_class
class VisitView:
    """A visit in brief."""

    day: date
    heard: str
    case_id: int | None
    member_name: str
    account_name: str


def groups(
    scope: AreaScope, area_code: str, *, page: int = 1, page_size: int = 20
) -> tuple[list[GroupView], int]:
    """Groups of an area that are open, by area."""
    column = PartyGroup.area_code
    query = PartyGroup.within(scope).where(
        (column >= area_code) & (column < area_code + AFTER_DIGITS) & PartyGroup.closed_at.is_null()
    )
    found = list(query.order_by(column, PartyGroup.id).paginate(page, page_size))
    keys = [row.id for row in found]
    figures = {
        group_id: (members, links)
        for group_id, members, links in rows(
            PartyMember.unscoped(
                _REACHED,
                PartyMember.group_id,
                fn.COUNT(PartyMember.id.distinct()),
                fn.COUNT(PartyLink.id),
            )
            .left_outer_join(
                PartyLink, on=((PartyLink.member_id == PartyMember.id) & (PartyLink.state == ACTIVE))
            )
            .where(PartyMember.group_id.in_(keys) & PartyMember.until.is_null())
            .group_by(PartyMember.group_id)
        )
    }
    names = area_names([row.area_code for row in found])
    return [
        GroupView(
            id=row.id,
            name=row.name,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            members=figures.get(row.id, (0, 0))[0],
            links=figures.get(row.id, (0, 0))[1],
        )
        for row in found
    ], query.count()


def group(scope: AreaScope, group_id: int) -> PartyGroup:
    """One group. Raises NotFound."""
    row: PartyGroup | None = PartyGroup.within(scope).where(PartyGroup.id == group_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def members(group_id: int) -> list[MemberView]:
    """The members of a group that the actor may see, the head first, with their links by colour."""
    query = PartyMember.unscoped(_REACHED).where(
        (PartyMember.group_id == group_id) & PartyMember.until.is_null()
    )
    found = list(query.order_by(PartyMember.is_head.desc(), PartyMember.id))
    names = person_names([row.person_id for row in found])
    links = PartyLink.unscoped(_REACHED, PartyLink.member_id, PartyLink.colour, PartyLink.next_due).where(
        PartyLink.member_id.in_([row.id for row in found]) & (PartyLink.state == ACTIVE)
    )
    figures: dict[int, dict[str, int]] = {}
    for member_id, colour, due in rows(links):
        mine = figures.setdefault(member_id, {})
        mine[colour] = mine.get(colour, 0) + 1
        mine["late"] = mine.get("late", 0) + (due is not None and due < today())
    return [
        MemberView(
            id=row.id,
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            group_id=row.group_id,
            is_head=row.is_head,
            since=row.since,
            **figures.get(row.id, {}),
        )
        for row in found
    ]


def members_near(area_code: str) -> list[MemberView]:
    """Members of the groups of a village: whom a household may choose."""
    village = area_code[:12]
    query = PartyMember.unscoped("whom one may choose is public in the village").where(
        (PartyMember.area_code >= village)
        & (PartyMember.area_code < village + AFTER_DIGITS)
        & PartyMember.until.is_null()
    )
    found = list(query.order_by(PartyMember.area_code, PartyMember.id).limit(200))
    names = person_names([row.person_id for row in found])
    return [
        MemberView(row.id, row.person_id, names.get(row.person_id, ""), row.group_id, row.is_head, row.since)
        for row in found
    ]


def colours(scope: AreaScope, area_code: str) -> dict[str, tuple[int, int]]:
    """Colour -> active links of an area, and how many of them are late."""
    column = PartyLink.area_code
    here = (column >= area_code) & (column < area_code + AFTER_DIGITS) & (PartyLink.state == ACTIVE)
    late = fn.SUM(Case(None, [(PartyLink.next_due < today(), 1)], 0))
    query = PartyLink.within(scope, PartyLink.colour, fn.COUNT(PartyLink.id), late).where(here)
    return {colour: (number, int(gone)) for colour, number, gone in rows(query.group_by(PartyLink.colour))}


def list_links(
    scope: AreaScope,
    area_code: str,
    *,
    colour: str = "",
    state: str = ACTIVE,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[LinkView], int]:
    """Links of an area by the day of the next visit, the latest first."""
    column = PartyLink.area_code
    # Which ones is answered by the index alone; their rows are fetched after that.
    query = PartyLink.within(scope, PartyLink.id).where(
        (PartyLink.state == state) & (column >= area_code) & (column < area_code + AFTER_DIGITS)
    )
    if colour:
        query = query.where(PartyLink.colour == colour)
    order = (PartyLink.next_due, PartyLink.id) if state == ACTIVE else (PartyLink.id.desc(),)
    wanted = query.order_by(*order).paginate(page, page_size)
    rows_found = PartyLink.within(scope).where(PartyLink.id.in_(wanted)).order_by(*order)
    return link_views(list(rows_found)), query.count()


def my_links(actor: Actor, *, due_within: timedelta | None = None, limit: int = 100) -> list[LinkView]:
    """The households of the acting member, the next visit first; and questions that wait."""
    member = member_of(actor.person_id) if actor.may(LINK) else None
    if member is None:
        return []
    query = PartyLink.unscoped("one's own linked households").where(PartyLink.member_id == member.id)
    if due_within is not None:
        query = query.where((PartyLink.state == ACTIVE) & (PartyLink.next_due <= today() + due_within))
    else:
        query = query.where(PartyLink.state.in_((PROPOSED, ACTIVE)))
    return link_views(list(query.order_by(PartyLink.next_due, PartyLink.id).limit(limit)))


def link_of_household(household_id: int) -> LinkView | None:
    """The link of a household that the actor may see, or the question that waits."""
    row = link_row(household_id)
    return link_views([row])[0] if row else None


def link_row(household_id: int) -> PartyLink | None:
    """The same as a row, for who needs no words."""
    found: PartyLink | None = (
        PartyLink.unscoped(_REACHED)
        .where((PartyLink.household_id == household_id) & PartyLink.state.in_((PROPOSED, ACTIVE)))
        .get_or_none()
    )
    return found


def link(actor: Actor, link_id: int) -> LinkView:
    """One's own link (as member or household), or one in one's areas. Raises NotFound."""
    row: PartyLink | None = PartyLink.unscoped(_REACHED).where(PartyLink.id == link_id).get_or_none()
    if row is None:
        raise NotFound
    member = member_of(actor.person_id)
    own = (member is not None and member.id == row.member_id) or actor.household_id == row.household_id
    if not own and not actor.scope(VIEW).covers(row.area_code):
        raise NotFound
    return link_views([row])[0]


def visits_of(link_id: int, limit: int = 20) -> list[VisitView]:
    """The latest visits of a link that the actor may see."""
    query = PartyVisit.unscoped(_REACHED).where(PartyVisit.link_id == link_id)
    found = list(query.order_by(PartyVisit.day.desc(), PartyVisit.id.desc()).limit(limit))
    accounts = account_names([row.account_id for row in found])
    names = member_names([row.member_id for row in found])
    return [
        VisitView(
            row.day,
            row.heard,
            row.case_id,
            names.get(row.member_id, ""),
            accounts.get(row.account_id or 0, ""),
        )
        for row in found
    ]


def link_views(found: Sequence[PartyLink]) -> list[LinkView]:
    """Links that were found in scope, in words."""
    heads = household_head_name([row.household_id for row in found])
    names = member_names([row.member_id for row in found])
    areas = area_names([row.area_code for row in found])
    return [
        LinkView(
            id=row.id,
            member_id=row.member_id,
            member_name=names.get(row.member_id, ""),
            household_id=row.household_id,
            head_name=heads.get(row.household_id, ""),
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            colour=row.colour,
            state=row.state,
            proposed_by=row.proposed_by,
            proposed_at=row.proposed_at,
            on_behalf=row.on_behalf,
            last_visit=row.last_visit,
            next_due=row.next_due,
        )
        for row in found
    ]


def member_names(member_ids: Sequence[int]) -> dict[int, str]:
    """Membership -> the person's name; the caller reached them through links that may be seen."""
    if not member_ids:
        return {}
    query = PartyMember.unscoped(_REACHED, PartyMember.id, PartyMember.person_id)
    persons: dict[int, int] = dict(rows(query.where(PartyMember.id.in_(set(member_ids)))))
    names = person_names(persons.values())
    return {member_id: names.get(person_id, "") for member_id, person_id in persons.items()}
