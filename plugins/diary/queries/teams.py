"""The teams of villages (组团联村): members, the day and the place, the card on the wall."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.accounts.api import account_names
from core.areas.api import path_names
from core.clock import today
from core.county import is_tried_in
from core.errors import NotFound
from core.qr import normalize
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.posting import Team, TeamMember
from plugins.diary.words import TEAM_ROLES

_REACHED = "members of a team that was reached"


@value_class
class TeamMemberView:
    """Somebody in a team."""

    id: int
    account_id: int
    name: str
    role: str
    phone: str
    since: date


@value_class
class TeamView:
    """A team in words, the lead first, then the head. `next_day`: the next day in the village, today too."""

    id: int
    code: str
    area_code: str
    path: str
    name: str
    weekday: int
    hours: str
    place: str
    duties: str
    is_closed: bool
    members: tuple[TeamMemberView, ...]

    @property
    def next_day(self) -> date:
        """The next day on which the team is in the village."""
        return today() + timedelta(days=(self.weekday - today().isoweekday()) % 7)

    def of_role(self, role: str) -> list[TeamMemberView]:
        """Its members of a role."""
        return [member for member in self.members if member.role == role]


def list_teams(
    scope: AreaScope, *, area_code: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[TeamView], int]:
    """Teams that exist today, by village."""
    query = Team.within(scope).where(Team.closed_at.is_null())
    if area_code:
        query = query.where((Team.area_code >= area_code) & (Team.area_code < area_code + AFTER_DIGITS))
    found = list(query.order_by(Team.area_code, Team.id).paginate(page, page_size))
    return team_views(found), query.count()


def team(scope: AreaScope, team_id: int) -> TeamView:
    """One team, a dissolved one too. Raises NotFound."""
    return team_views([team_row(scope, team_id)])[0]


def team_row(scope: AreaScope, team_id: int) -> Team:
    """The row. Raises NotFound."""
    row: Team | None = Team.within(scope).where(Team.id == team_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def team_by_code(raw_code: str) -> TeamView:
    """What is posted up, by the code on it; an old code leads to the village's team of today.

    Raises NotFound.
    """
    reason = "a card on the wall leads whoever scans it to the team, as posted up"
    row: Team | None = Team.unscoped(reason).where(Team.code == normalize(raw_code)).get_or_none()
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        row = team_of(row.area_code) or row
    return team_views([row])[0]


def team_of(area_code: str) -> Team | None:
    """The team of a village today."""
    found: Team | None = (
        Team.unscoped("who comes to a village is public there")
        .where((Team.area_code == area_code) & Team.closed_at.is_null())
        .get_or_none()
    )
    return found


def my_teams(actor: Actor) -> list[TeamView]:
    """The teams that one is in today, as far as the diary is kept there (a pilot)."""
    if actor.account_id is None:
        return []
    mine = TeamMember.unscoped("one's own teams", TeamMember.team_id).where(
        (TeamMember.account_id == actor.account_id) & TeamMember.until.is_null()
    )
    query = Team.unscoped("one's own teams").where(Team.id.in_(mine) & Team.closed_at.is_null())
    return team_views([row for row in query.order_by(Team.area_code) if is_tried_in("diary", row.area_code)])


def team_views(found: Sequence[Team]) -> list[TeamView]:
    """Rows that were found in scope, in words."""
    query = TeamMember.unscoped(_REACHED).where(
        TeamMember.team_id.in_([row.id for row in found]) & TeamMember.until.is_null()
    )
    members = list(query.order_by(TeamMember.id))
    names = account_names([member.account_id for member in members])
    order = list(TEAM_ROLES)
    paths = path_names([row.area_code for row in found])
    return [
        TeamView(
            id=row.id,
            code=row.code,
            area_code=row.area_code,
            path=paths.get(row.area_code, row.area_code),
            name=row.name,
            weekday=row.weekday,
            hours=row.hours,
            place=row.place,
            duties=row.duties,
            is_closed=row.closed_at is not None,
            members=tuple(
                TeamMemberView(
                    each.id,
                    each.account_id,
                    names.get(each.account_id, ""),
                    each.role,
                    each.phone,
                    each.since,
                )
                for each in sorted(members, key=lambda member: (order.index(member.role), member.id))
                if each.team_id == row.id
            ),
        )
        for row in found
    ]
