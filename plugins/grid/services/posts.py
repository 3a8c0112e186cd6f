"""Posts of 1+1+N: given, ended, handed over. Exactly one leader and one full-time member a grid."""

from datetime import date, timedelta

from core import audit
from core.accounts.api import accounts_of_persons, end_duties_at, end_duty, grant_duty
from core.areas.api import is_current
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.events import announce
from core.people.api import check_phone, person_brief
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.grid.errors import (
    AlreadyThere,
    LeaderTaken,
    MemberTaken,
    NoSuccessorGiven,
    PersonUnknown,
    PostOver,
    WorkLeftOpen,
)
from plugins.grid.models.staffing import Cover, Staff
from plugins.grid.queries.open_work import WorkKind, open_work_of, owned_work
from plugins.grid.queries.staffing import live, staff
from plugins.grid.services.open_work import carry_all, hand_over_all
from plugins.grid.words import ACCOUNT_ROLES, CAPACITIES, ENDED_WHY, STAFF_ROLES, USUAL_CAPACITY

STAFF = "grid.staff"
ONE_ONLY = {"leader": LeaderTaken, "member": MemberTaken}
_SAME_GRID = "posts of a grid that was found in scope"


@value_class
class NewPost:
    """A post to give: who, where, as what, from when (and until when, inclusive)."""

    area_code: str
    role: str
    person_id: int
    since: date
    until: date | None = None
    capacity: str = ""
    phone: str = ""


def assign_post(actor: Actor, new: NewPost) -> int:
    """Give a person of the register a post in a grid; returns its id.

    Somebody with a log-in in the actor's areas gets the role there too. Raises NotFound, Invalid,
    PersonUnknown, LeaderTaken, MemberTaken, AlreadyThere.
    """
    scope = actor.demand(STAFF, new.area_code)
    with unit_of_work():
        staff_id = give(actor, scope, checked(scope, new))
        _tell(actor, staff_id, new)
    return staff_id


def checked(scope: AreaScope, new: NewPost) -> NewPost:
    """`new` with its defaults, after everything but clashes was checked."""
    if len(new.area_code) != 15 or not is_current(new.area_code, "grid", on=max(new.since, today())):
        raise NotFound
    wrong: dict[str, list[str]] = {}
    if new.role not in STAFF_ROLES:
        wrong["role"] = [N_("请选择岗位。")]
    if new.capacity and new.capacity not in CAPACITIES:
        wrong["capacity"] = [N_("请选择身份。")]
    if new.until is not None and new.until < new.since:
        wrong["until"] = [N_("结束日期早于开始日期。")]
    if wrong:
        raise Invalid(fields=wrong)
    if person_brief(scope, new.person_id) is None:
        raise PersonUnknown(fields={"person_id": [PersonUnknown.text]})
    return NewPost(
        new.area_code,
        new.role,
        new.person_id,
        new.since,
        new.until,
        new.capacity or USUAL_CAPACITY[new.role],
        check_phone(new.phone) if new.phone.strip() else "",
    )


def give(actor: Actor, scope: AreaScope, new: NewPost, *, batch_id: int | None = None) -> int:
    """Write a checked post in the caller's unit of work. Raises LeaderTaken, MemberTaken, AlreadyThere."""
    demand_free(new)
    account_id = accounts_of_persons(scope, [new.person_id]).get(new.person_id)
    row = Staff.create(
        area_code=new.area_code,
        role=new.role,
        person_id=new.person_id,
        capacity=new.capacity,
        phone=new.phone,
        since=new.since,
        until=new.until,
        batch_id=batch_id,
        recorded_at=now(),
    )
    if account_id is not None:
        _grant(actor, scope, row, account_id)
    audit.record(
        actor,
        "grid.assign_post",
        area_code=row.area_code,
        subject=f"grid_staff:{row.id}",
        role=row.role,
        since=row.since.isoformat(),
        account=account_id,
    )
    return int(row.id)


def _tell(actor: Actor, staff_id: int, new: NewPost) -> None:
    announce(
        actor,
        "grid.GridPostAssigned",
        area_code=new.area_code,
        subject=f"grid_staff:{staff_id}",
        role=new.role,
    )


def _grant(actor: Actor, scope: AreaScope, row: Staff, account_id: int) -> None:
    post_id = grant_duty(
        actor,
        scope,
        account_id,
        role=ACCOUNT_ROLES[row.role],
        area_code=row.area_code,
        since=row.since,
        until=row.until,
    )
    Staff.update(account_id=account_id, post_id=post_id).where(Staff.id == row.id).execute()


def link_account(actor: Actor, staff_id: int) -> bool:
    """Give the post's role to the log-in that its holder got meanwhile; False where there is none yet."""
    scope = actor.demand(STAFF)
    with unit_of_work(housekeeping="a look for an account that may change nothing"):
        row = staff(scope, staff_id)
        account_id = accounts_of_persons(scope, [row.person_id]).get(row.person_id)
        if account_id is None or row.account_id == account_id or _is_over(row):
            return row.account_id is not None
        _grant(actor, scope, row, account_id)
        audit.record(
            actor,
            "grid.link_account",
            area_code=row.area_code,
            subject=f"grid_staff:{row.id}",
            account=account_id,
        )
    return True


def demand_free(new: NewPost, *, but: int | None = None) -> None:
    """Raises LeaderTaken, MemberTaken, AlreadyThere where dates overlap with another post."""
    last = new.until or date.max
    rows = Staff.unscoped(_SAME_GRID).where((Staff.area_code == new.area_code) & (Staff.since <= last))
    for row in rows.where(Staff.until.is_null() | (Staff.until >= new.since)):
        if row.id == but or (row.until is not None and row.until < row.since):
            continue
        if row.person_id == new.person_id:
            raise AlreadyThere
        if row.role == new.role and new.role in ONE_ONLY:
            raise ONE_ONLY[new.role]


def end_post(actor: Actor, staff_id: int, *, why: str, to_staff_id: int | None = None) -> None:
    """End a post: yesterday was its last day. Open work goes to another post of the grid, at once.

    Raises NotFound, PostOver, WorkLeftOpen (open work and nobody to take it over), NoSuccessorGiven.
    """
    scope = actor.demand(STAFF)
    with unit_of_work():
        row = _running(scope, staff_id)
        heir = _heir(scope, row, to_staff_id) if to_staff_id is not None else None
        _pass_on(actor, row, heir)
        finish(actor, scope, row, today() - timedelta(days=1), why)


def hand_over(actor: Actor, staff_id: int, new: NewPost, *, why: str) -> int:
    """End a post today and give it to somebody else from today on, with all open work; the new post's id.

    All of it or nothing. `new.area_code` and `new.role` are those of the old post. Raises what
    `end_post` and `assign_post` raise.
    """
    scope = actor.demand(STAFF)
    with unit_of_work():
        row = _running(scope, staff_id)
        wished = NewPost(row.area_code, row.role, new.person_id, today(), new.until, new.capacity, new.phone)
        successor = checked(scope, wished)
        if successor.person_id == row.person_id:
            raise AlreadyThere
        # The old post ends first, so that there is one leader at any moment.
        left = owned_work(row.area_code, row.account_id)
        finish(actor, scope, row, today() - timedelta(days=1), why)
        new_id = give(actor, scope, successor)
        heir = staff(scope, new_id)
        if left and heir.account_id is None:
            raise NoSuccessorGiven
        if row.account_id is not None and heir.account_id is not None:
            hand_over_all(actor, row.area_code, row.account_id, heir.account_id)
        _demand_owner(row)
        _tell(actor, new_id, successor)
    return new_id


def finish(actor: Actor, scope: AreaScope, row: Staff, last_day: date, why: str) -> None:
    """Write the end of a post and of what hangs on it; inside the caller's unit of work."""
    if why not in ENDED_WHY:
        raise Invalid(fields={"why": [N_("请选择原因。")]})
    Staff.update(until=last_day, ended_why=why).where(Staff.id == row.id).execute()
    if row.post_id is not None:
        end_duty(actor, scope, row.post_id, last_day=last_day)
    for cover in Cover.within(scope).where((Cover.staff_id == row.id) & (Cover.until >= today())):
        Cover.update(until=last_day).where(Cover.id == cover.id).execute()
        if cover.post_id is not None:
            end_duty(actor, scope, cover.post_id, last_day=last_day)
    audit.record(
        actor,
        "grid.end_post",
        area_code=row.area_code,
        subject=f"grid_staff:{row.id}",
        role=row.role,
        last_day=last_day.isoformat(),
        why=why,
    )


def close_grid_posts(actor: Actor, scope: AreaScope, source: str, into: str) -> None:
    """A grid is merged: its posts end, its assistants go along, its leader and member where the seat is free.

    Inside the caller's unit of work, after `into` has what lay open in `source`.
    """
    rows = list(Staff.within(scope).where((Staff.area_code == source) & live(today())))
    yesterday = today() - timedelta(days=1)
    carry_all(actor, source, into)
    for row in rows:
        finish(actor, scope, row, yesterday, "merged")
    for row in Staff.within(scope).where((Staff.area_code == source) & (Staff.since > today())):
        finish(actor, scope, row, yesterday, "merged")
    end_duties_at(actor, scope, source, last_day=yesterday)
    for row in rows:
        moved = NewPost(into, row.role, row.person_id, today(), row.until, row.capacity, row.phone)
        try:
            demand_free(moved)
        except (LeaderTaken, MemberTaken, AlreadyThere):
            continue
        give(actor, scope, moved)


def _running(scope: AreaScope, staff_id: int) -> Staff:
    row = staff(scope, staff_id)
    if _is_over(row):
        raise PostOver
    return row


def _is_over(row: Staff) -> bool:
    return row.until is not None and row.until < today()


def _heir(scope: AreaScope, row: Staff, to_staff_id: int) -> Staff:
    heir = staff(scope, to_staff_id)
    fits = heir.area_code == row.area_code and heir.id != row.id and heir.since <= today()
    if not fits or _is_over(heir) or heir.account_id is None:
        raise NoSuccessorGiven
    return heir


def _pass_on(actor: Actor, row: Staff, heir: Staff | None) -> None:
    left = owned_work(row.area_code, row.account_id)
    if heir is not None and row.account_id is not None and heir.account_id is not None:
        hand_over_all(actor, row.area_code, row.account_id, heir.account_id)
    elif left:
        raise WorkLeftOpen(work=_listed(left))
    _demand_owner(row)


def _demand_owner(row: Staff) -> None:
    """Raises WorkLeftOpen when open work stands in the grid and its last one with a log-in would leave."""
    if row.account_id is None or row.role not in ONE_ONLY:
        return
    others = Staff.unscoped(_SAME_GRID).where(
        (Staff.area_code == row.area_code) & live(today()) & (Staff.id != row.id)
    )
    if any(o.role in ONE_ONLY and o.account_id is not None for o in others):
        return
    left = open_work_of(row.area_code)
    if left:
        raise WorkLeftOpen(work=_listed(left))


def _listed(work: list[tuple[WorkKind, int]]) -> str:
    return "、".join(f"{kind.title} {count}" for kind, count in work)
