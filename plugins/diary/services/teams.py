"""Teams of villages (组团联村): set up, changed, staffed, dissolved."""

from typing import Any

from peewee import IntegrityError

from core import audit
from core.accounts.api import scoped_account
from core.areas.api import is_current
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import check_phone
from core.qr import new_subject
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.posting import AccountUnknown, TeamClosed, TeamRoleTaken, TeamThere
from plugins.diary.models.posting import Team, TeamMember
from plugins.diary.queries.teams import team_row
from plugins.diary.words import TEAM_ROLES, WEEKDAYS

POST = "diary.post"


@value_class
class TeamPlan:
    """When and where a team is in its village, and what it looks after."""

    name: str
    weekday: int
    place: str
    hours: str = ""
    duties: str = ""


def create_team(actor: Actor, area_code: str, plan: TeamPlan) -> int:
    """A team for a village; returns its id. Raises NotFound, TeamThere, Invalid (fields)."""
    actor.demand(POST, area_code)
    values = _checked(plan)
    if not is_current(area_code, "village"):
        raise Invalid(fields={"area_code": [N_("请选择现有的村或社区。")]})
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the team's line follows"):
                row = Team.create(code=new_subject(8), area_code=area_code, opened_at=now(), **values)
        except IntegrityError:
            raise TeamThere from None
        _record(actor, "diary.create_team", row)
    return int(row.id)


def change_team(actor: Actor, team_id: int, plan: TeamPlan) -> None:
    """Another day, place, time or duty. Raises NotFound, TeamClosed, Invalid."""
    values = _checked(plan)
    with unit_of_work():
        row = _open_team(actor, team_id)
        Team.update(**values).where(Team.id == row.id).execute()
        _record(actor, "diary.change_team", row, weekday=plan.weekday)


def _checked(plan: TeamPlan) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": cleaned(plan.name),
        "weekday": plan.weekday,
        "place": cleaned(plan.place),
        "hours": cleaned(plan.hours),
        "duties": cleaned(plan.duties),
    }
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(values["name"]) <= 60:
        wrong["name"] = [N_("请写团队名称，至多 60 个字。")]
    if plan.weekday not in WEEKDAYS:
        wrong["weekday"] = [N_("请选择星期几。")]
    if not 1 <= len(values["place"]) <= 100:
        wrong["place"] = [N_("请写固定地点，至多 100 个字。")]
    if len(values["hours"]) > 40:
        wrong["hours"] = [N_("至多 40 个字。")]
    if len(values["duties"]) > 1000:
        wrong["duties"] = [N_("至多 1000 个字。")]
    if wrong:
        raise Invalid(fields=wrong)
    return values


def join_team(actor: Actor, team_id: int, *, account_id: int, role: str, phone: str = "") -> int:
    """Somebody becomes lead, head or member; returns the membership's id.

    Raises NotFound, TeamClosed, TeamRoleTaken, AccountUnknown, Invalid.
    """
    if role not in TEAM_ROLES:
        raise Invalid(fields={"role": [N_("请选择团长、组长或成员。")]})
    number = check_phone(phone) if phone.strip() else ""
    with unit_of_work():
        row = _open_team(actor, team_id)
        try:
            scoped_account(actor.demand(POST), account_id)
        except NotFound:
            raise AccountUnknown(fields={"account_id": [AccountUnknown.text]}) from None
        try:
            with unit_of_work(housekeeping="the member's line follows"):
                member = TeamMember.create(
                    team_id=row.id,
                    account_id=account_id,
                    area_code=row.area_code,
                    role=role,
                    phone=number,
                    since=today(),
                )
        except IntegrityError:
            raise TeamRoleTaken from None
        _record(actor, "diary.join_team", row, account=account_id, role=role)
    return int(member.id)


def leave_team(actor: Actor, team_id: int, member_id: int) -> None:
    """Somebody is in the team no longer. Raises NotFound, TeamClosed."""
    with unit_of_work():
        row = _open_team(actor, team_id)
        left = (
            TeamMember.update(until=today())
            .where((TeamMember.id == member_id) & (TeamMember.team_id == row.id) & TeamMember.until.is_null())
            .execute()
        )
        if not left:
            raise NotFound
        _record(actor, "diary.leave_team", row, member=member_id)


def close_team(actor: Actor, team_id: int) -> None:
    """Dissolve a team; its card says so, or leads to its successor. Raises NotFound, TeamClosed."""
    with unit_of_work():
        row = _open_team(actor, team_id)
        Team.update(closed_at=now()).where(Team.id == row.id).execute()
        TeamMember.update(until=today()).where(
            (TeamMember.team_id == row.id) & TeamMember.until.is_null()
        ).execute()
        _record(actor, "diary.close_team", row)


def _open_team(actor: Actor, team_id: int) -> Team:
    row = team_row(actor.demand(POST), team_id)
    if row.closed_at is not None:
        raise TeamClosed
    return row


def _record(actor: Actor, action: str, row: Team, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_team:{row.id}", **detail)
