"""The duty roster and leave: whoever makes the roster writes shifts; everybody writes their own leave."""

from collections.abc import Iterable
from datetime import date, timedelta

from core import audit
from core.accounts.api import holdings
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.call_button.duty_words import DAYS_AHEAD, DUTY, LEAVE_REASONS, LONGEST_LEAVE_DAYS, MINUTES_A_DAY
from plugins.call_button.errors.duty import (
    LeaveClash,
    LeaveOver,
    NoDutyPost,
    NothingToCopy,
    ShiftClash,
    ShiftOver,
)
from plugins.call_button.models.duty import Leave, Shift
from plugins.call_button.queries.duty import (
    away,
    demand_desk,
    ends_at,
    fits,
    is_away,
    is_over,
    leave,
    may_set_leave,
    on_duty,
)

__all__ = [
    "away",
    "copy_month",
    "is_away",
    "on_duty",
    "remove_leave",
    "remove_shift",
    "repeat_week",
    "set_leave",
    "set_shift",
]

_ONE_AT_A_TIME = "one account has one shift at a time, wherever it is"
_WEEK, _FOUR_WEEKS = timedelta(days=7), timedelta(days=28)
_MOST_WEEKS = 12


def set_shift(actor: Actor, area_code: str, *, day: date, since: int, until: int, account_id: int) -> int:
    """Give an account duty at a town or village; the shift's id.

    `since` and `until` are minutes of `day`; `until` beyond 1,440 lies on the next day, and a shift lasts a
    day at most. Raises Forbidden, NotFound, Invalid, NoDutyPost, ShiftClash, ShiftOver.
    """
    demand_desk(actor, area_code, DUTY)
    if not (0 <= since < MINUTES_A_DAY and since < until <= since + MINUTES_A_DAY):
        raise Invalid(fields={"until": [N_("班次从 0 点到 24 点之间开始，最长 24 小时。")]})
    _demand_soon(day, "day")
    if ends_at(day, until) <= now():
        raise ShiftOver
    with unit_of_work():
        if not fits(account_id, area_code):
            raise NoDutyPost(fields={"account_id": [NoDutyPost.text]})
        if _clashes(account_id, day, since, until):
            raise ShiftClash
        return _write(actor, area_code, day, since, until, account_id)


def remove_shift(actor: Actor, shift_id: int) -> None:
    """Take a shift off the roster; one that is over stays. Raises Forbidden, NotFound, ShiftOver."""
    scope = actor.demand(DUTY)
    with unit_of_work():
        row: Shift | None = Shift.within(scope).where(Shift.id == shift_id).get_or_none()
        if row is None:
            raise NotFound
        if is_over(row):
            raise ShiftOver
        Shift.delete().where(Shift.id == row.id).execute()
        _record(actor, "call_button.remove_shift", row)


def repeat_week(actor: Actor, area_code: str, week: date, weeks: int) -> tuple[int, int]:
    """Write the week of a day (Monday to Sunday) over the next `weeks` weeks; how many shifts were written.

    The second number: how many were left out, since they clash or their holder is gone. Raises Forbidden,
    NotFound, Invalid, NothingToCopy.
    """
    if not 1 <= weeks <= _MOST_WEEKS:
        raise Invalid(fields={"weeks": [N_("请填写 1 到 12 周。")]})
    monday = week - timedelta(days=week.weekday())
    return _copy(actor, area_code, monday + _WEEK, monday + _WEEK * (weeks + 1), _WEEK)


def copy_month(actor: Actor, area_code: str, month: date) -> tuple[int, int]:
    """Fill a month from the one before: each day takes the shifts of the day four weeks earlier.

    So that a Monday follows a Monday. Answers and raises as `repeat_week` does.
    """
    first = month.replace(day=1)
    return _copy(actor, area_code, first, (first + timedelta(days=32)).replace(day=1), _FOUR_WEEKS)


def set_leave(actor: Actor, *, account_id: int, since: date, until: date, reason: str) -> int:
    """Say that somebody is away from a day to a day, both inclusive; the leave's id.

    One's own, or of somebody with a post where the actor makes the roster. Raises Unauthenticated,
    Invalid, NotFound, LeaveClash.
    """
    actor.demand_signed_in()
    wrong: dict[str, list[str]] = {}
    if reason not in LEAVE_REASONS:
        wrong["reason"] = [N_("请选择请假类别。")]
    if until < since:
        wrong["until"] = [N_("结束日期早于开始日期。")]
    elif until < today():
        wrong["until"] = [N_("请假的日子已经过去。")]
    elif (until - since).days >= LONGEST_LEAVE_DAYS:
        wrong["until"] = [N_("一次请假最长一年。")]
    if wrong:
        raise Invalid(fields=wrong)
    _demand_soon(since, "since", past=True)
    with unit_of_work():
        if not may_set_leave(actor, account_id):
            raise NotFound
        same = Leave.select().where((Leave.account_id == account_id) & (Leave.since <= until))
        if same.where(Leave.until >= since).exists():
            raise LeaveClash
        row = Leave.create(
            account_id=account_id, since=since, until=until, reason=reason, set_by=_who(actor), set_at=now()
        )
        _record_leave(actor, "call_button.set_leave", row)
    return int(row.id)


def remove_leave(actor: Actor, leave_id: int) -> None:
    """Somebody is back, or stays after all: leave that has begun ends with yesterday, other is taken back.

    Raises Unauthenticated, NotFound, LeaveOver.
    """
    with unit_of_work():
        row = Leave.get_by_id(leave(actor, leave_id).id)
        if row.until < today():
            raise LeaveOver
        if row.since < today():
            Leave.update(until=today() - timedelta(days=1)).where(Leave.id == row.id).execute()
        else:
            Leave.delete().where(Leave.id == row.id).execute()
        _record_leave(actor, "call_button.remove_leave", row)


def _copy(actor: Actor, area_code: str, first: date, end: date, back: timedelta) -> tuple[int, int]:
    demand_desk(actor, area_code, DUTY)
    _demand_soon(end - timedelta(days=1), "month")
    written = left_out = 0
    day = max(first, today())
    with unit_of_work():
        # Day by day: the later days of a longer month take what was just written.
        while day < end:
            for row in _starting(area_code, day - back):
                if ends_at(day, row.until) <= now():
                    continue
                if _is_there(area_code, day, row):
                    continue
                if _clashes(row.account_id, day, row.since, row.until) or not fits(row.account_id, area_code):
                    left_out += 1
                    continue
                _write(actor, area_code, day, row.since, row.until, row.account_id)
                written += 1
            day += timedelta(days=1)
        if not written:
            raise NothingToCopy
    return written, left_out


def _starting(area_code: str, day: date) -> Iterable[Shift]:
    rows = Shift.unscoped("a desk that was found in scope").where(
        (Shift.area_code == area_code) & (Shift.day == day)
    )
    return list(rows.order_by(Shift.since, Shift.id))


def _is_there(area_code: str, day: date, like: Shift) -> bool:
    return any(
        (row.account_id, row.since, row.until) == (like.account_id, like.since, like.until)
        for row in _starting(area_code, day)
    )


def _clashes(account_id: int, day: date, since: int, until: int) -> bool:
    near = Shift.unscoped(_ONE_AT_A_TIME, Shift.day, Shift.since, Shift.until).where(
        (Shift.account_id == account_id) & Shift.day.between(day - timedelta(days=1), day + timedelta(days=1))
    )
    begin, end = ends_at(day, since), ends_at(day, until)
    return any(ends_at(row.day, row.since) < end and begin < ends_at(row.day, row.until) for row in near)


def _write(actor: Actor, area_code: str, day: date, since: int, until: int, account_id: int) -> int:
    row = Shift.create(
        area_code=area_code,
        day=day,
        since=since,
        until=until,
        account_id=account_id,
        set_by=_who(actor),
        set_at=now(),
    )
    _record(actor, "call_button.set_shift", row)
    return int(row.id)


def _record(actor: Actor, action: str, row: Shift) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"call_button_shift:{row.id}",
        account=row.account_id,
        day=row.day.isoformat(),
        since=row.since,
        until=row.until,
    )


def _record_leave(actor: Actor, action: str, row: Leave) -> None:
    # Of somebody who has left all posts since, the actor's own area stands for it.
    held = [each.area_code for each in holdings(of=[row.account_id])] or [p.area_code for p in actor.posts]
    audit.record(
        actor,
        action,
        area_code=min(held, key=len),
        subject=f"call_button_leave:{row.id}",
        account=row.account_id,
        since=row.since.isoformat(),
        until=row.until.isoformat(),
    )


def _demand_soon(day: date, field: str, *, past: bool = False) -> None:
    if day > today() + timedelta(days=DAYS_AHEAD):
        raise Invalid(fields={field: [N_("日期太远，最多提前 400 天。")]})
    if not past and day < today() - timedelta(days=1):
        raise ShiftOver


def _who(actor: Actor) -> int:
    return actor.account_id if actor.account_id is not None else 0
