"""Acting cover for leave: somebody else has the post's rights from a day to a day."""

from datetime import date, timedelta

from core import audit
from core.accounts.api import accounts_of_persons, end_duty, grant_duty
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import person_brief
from core.security import Actor
from core.text import N_
from plugins.grid.errors import CoverWrong, PersonUnknown, PostOver
from plugins.grid.models.staffing import Cover
from plugins.grid.queries.staffing import staff
from plugins.grid.services.posts import STAFF
from plugins.grid.words import ACCOUNT_ROLES, COVER_REASONS


def begin_cover(
    actor: Actor, staff_id: int, *, person_id: int, since: date, until: date, reason: str = "leave"
) -> int:
    """Let a person of the register stand in for a post from `since` to `until`, both inclusive; its id.

    Whoever has a log-in sees the grid's cases and tasks in that time. Raises NotFound, PostOver,
    CoverWrong (dates, the holder in person, cover that overlaps), PersonUnknown, Invalid.
    """
    scope = actor.demand(STAFF)
    if reason not in COVER_REASONS:
        raise Invalid(fields={"reason": [N_("请选择原因。")]})
    with unit_of_work():
        row = staff(scope, staff_id)
        if row.until is not None and row.until < today():
            raise PostOver
        if person_brief(scope, person_id) is None:
            raise PersonUnknown(fields={"person_id": [PersonUnknown.text]})
        in_term = row.since <= since and (row.until is None or until <= row.until)
        if until < since or since < today() or not in_term or person_id == row.person_id:
            raise CoverWrong
        same = Cover.within(scope).where(Cover.staff_id == row.id)
        if same.where((Cover.since <= until) & (Cover.until >= since)).exists():
            raise CoverWrong
        account_id = accounts_of_persons(scope, [person_id]).get(person_id)
        post_id = None
        if account_id is not None:
            post_id = grant_duty(
                actor,
                scope,
                account_id,
                role=ACCOUNT_ROLES[row.role],
                area_code=row.area_code,
                since=since,
                until=until,
            )
        cover = Cover.create(
            area_code=row.area_code,
            staff_id=row.id,
            person_id=person_id,
            account_id=account_id,
            post_id=post_id,
            reason=reason,
            since=since,
            until=until,
            recorded_at=now(),
        )
        audit.record(
            actor,
            "grid.begin_cover",
            area_code=row.area_code,
            subject=f"grid_staff:{row.id}",
            since=since.isoformat(),
            until=until.isoformat(),
            account=account_id,
        )
    return int(cover.id)


def end_cover(actor: Actor, cover_id: int) -> None:
    """The holder is back, or the plan is off: yesterday was the last day. Raises NotFound, PostOver."""
    scope = actor.demand(STAFF)
    yesterday = today() - timedelta(days=1)
    with unit_of_work():
        row: Cover | None = Cover.within(scope).where(Cover.id == cover_id).get_or_none()
        if row is None:
            raise NotFound
        if row.until < today():
            raise PostOver
        Cover.update(until=yesterday).where(Cover.id == row.id).execute()
        if row.post_id is not None:
            end_duty(actor, scope, row.post_id, last_day=yesterday)
        audit.record(actor, "grid.end_cover", area_code=row.area_code, subject=f"grid_staff:{row.staff_id}")
