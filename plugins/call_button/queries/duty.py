"""Who is on duty and who is away: what the ladder asks, and the roster as people see it."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core.accounts.api import account_names, actor_for, holdings
from core.areas.api import area_names, is_current
from core.clock import CHINA, CalendarMissing, now, today
from core.county import county
from core.db import rows
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.duty_words import ANSWER, DUTY, MINUTES_A_DAY, VIEW
from plugins.call_button.models.duty import Leave, Shift

_LADDER = "the ladder tells whoever has duty at the place of the call"
_DESKS = ("town", "village")
_MOST_SHIFTS = 500


@value_class
class ShiftView:
    """A shift as people see it. `until` may lie beyond 1,440 (the next day); minutes of `day`.

    `absent`: on leave on that day, or without a post there by now, so that nobody would be told.
    """

    id: int
    area_code: str
    area_name: str
    day: date
    since: int
    until: int
    account_id: int
    name: str
    absent: bool

    @property
    def over_midnight(self) -> bool:
        """Whether it ends on the next day."""
        return self.until > MINUTES_A_DAY


@value_class
class DutyDay:
    """A day of a roster. `off`: nobody works on it (None: that year's calendar is not imported yet).

    `gaps`: minutes of the day, from and until, in which nobody would be told.
    """

    day: date
    off: bool | None
    shifts: tuple[ShiftView, ...]
    gaps: tuple[tuple[int, int], ...]


@value_class
class LeaveView:
    """Somebody is away, both days inclusive."""

    id: int
    account_id: int
    name: str
    since: date
    until: date
    reason: str


def on_duty(area_code: str, at: datetime) -> list[int]:
    """The accounts that have the shift at exactly this town or village at a moment, by account id.

    Who is on leave on that day, is disabled, or has no post there any more is left out.
    """
    local = at.astimezone(CHINA)
    running = _runs_at(local)
    query = Shift.unscoped(_LADDER, Shift.account_id).where((Shift.area_code == area_code) & running)
    found = sorted({row.account_id for row in query})
    if not found:
        return []
    gone = away(found, local.date())
    return [each for each in found if each not in gone and fits(each, area_code)]


def away(account_ids: Iterable[int], day: date) -> set[int]:
    """Those of some accounts (a few dozen) that are on leave on a day."""
    query = Leave.select(Leave.account_id).where(
        (Leave.account_id << sorted(set(account_ids))) & (Leave.since <= day) & (Leave.until >= day)
    )
    return {row.account_id for row in query}


def is_away(account_id: int, day: date) -> bool:
    """Whether an account is on leave on a day."""
    return account_id in away([account_id], day)


def fits(account_id: int, area_code: str) -> bool:
    """Whether an account may have duty at a desk: a post at that very area, and the right to answer there."""
    try:
        acting = actor_for(account_id)
    except NotFound:
        return False
    return any(post.area_code == area_code for post in acting.posts) and acting.may(ANSWER, area_code)


def demand_desk(actor: Actor, area_code: str, permission: str = VIEW) -> None:
    """Raises Forbidden, or NotFound for what is no town or village of the actor's areas."""
    actor.demand(permission, area_code)
    if not any(is_current(area_code, level) for level in _DESKS):
        raise NotFound


def candidates(actor: Actor, area_code: str) -> list[tuple[int, str]]:
    """Account id and name of whoever can have duty at a desk. Raises Forbidden, NotFound."""
    demand_desk(actor, area_code, DUTY)
    held = {each.account_id: each.name for each in holdings(at=[area_code])}
    return [(account_id, name) for account_id, name in held.items() if fits(account_id, area_code)]


def colleagues(actor: Actor, area_code: str) -> list[tuple[int, str]]:
    """Account id and name of everybody with a post in an area, whose leave can be written.

    Raises Forbidden, NotFound.
    """
    demand_desk(actor, area_code, DUTY)
    held = {(each.account_id, each.name) for each in holdings(within=[area_code])}
    return sorted(held, key=lambda each: each[1])


def month_roster(actor: Actor, area_code: str, month: date) -> list[DutyDay]:
    """The days of a month at a desk; gaps are reckoned only where the month has any shift at all.

    Raises Forbidden, NotFound.
    """
    demand_desk(actor, area_code)
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    shifts = _shifts(AreaScope((area_code,)), first - timedelta(days=1), last, exactly=area_code)
    is_kept = any(shift.day >= first for shift in shifts)
    by_day: dict[date, list[ShiftView]] = {}
    for shift in shifts:
        by_day.setdefault(shift.day, []).append(shift)
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    return [
        DutyDay(
            day,
            _is_off(day),
            tuple(by_day.get(day, ())),
            gaps_of(by_day.get(day - timedelta(days=1), ()), by_day.get(day, ())) if is_kept else (),
        )
        for day in days
    ]


def gaps_of(before: Iterable[ShiftView], present: Iterable[ShiftView]) -> tuple[tuple[int, int], ...]:
    """The minutes of a day in which nobody is present, by its shifts and those of the day before."""
    covered = [(s.since - MINUTES_A_DAY, s.until - MINUTES_A_DAY) for s in before if not s.absent]
    covered += [(s.since, s.until) for s in present if not s.absent]
    found: list[tuple[int, int]] = []
    reached = 0
    for since, until in sorted(covered):
        if since > reached:
            found.append((reached, since))
        reached = max(reached, until)
    if reached < MINUTES_A_DAY:
        found.append((reached, MINUTES_A_DAY))
    return tuple(found)


def list_shifts(actor: Actor, area_code: str, since: date, until: date) -> list[ShiftView]:
    """The shifts of a desk that begin from a day to a day, both inclusive. Raises Forbidden, NotFound."""
    demand_desk(actor, area_code)
    return _shifts(AreaScope((area_code,)), since, until, exactly=area_code)


def shift(actor: Actor, shift_id: int) -> ShiftView:
    """One shift. Raises Forbidden, NotFound."""
    found = _views(Shift.within(actor.demand(VIEW)).where(Shift.id == shift_id))
    if not found:
        raise NotFound
    return found[0]


def duty_now(actor: Actor) -> list[ShiftView]:
    """The shifts that run just now in the actor's areas. Raises Forbidden."""
    query = Shift.within(actor.demand(VIEW)).where(_runs_at(now()))
    return _views(query.order_by(Shift.area_code, Shift.since).limit(_MOST_SHIFTS))


def own_shifts(actor: Actor, *, limit: int = 14) -> list[ShiftView]:
    """The actor's own shifts that are not over, wherever they are. Raises Unauthenticated."""
    actor.demand_signed_in()
    query = Shift.unscoped("one's own shifts, wherever they are").where(
        (Shift.account_id == actor.account_id) & (Shift.day >= today() - timedelta(days=1))
    )
    found = _views(query.order_by(Shift.day, Shift.since).limit(limit + 2))
    return [each for each in found if not is_over(each)][:limit]


def is_over(shift: Any) -> bool:
    """Whether a shift (a row or a view) has ended."""
    return ends_at(shift.day, shift.until) <= now()


def ends_at(day: date, until: int) -> datetime:
    """The moment that lies `until` minutes after the beginning of a day."""
    return datetime.combine(day, datetime.min.time(), CHINA) + timedelta(minutes=until)


def list_leave(actor: Actor, area_code: str) -> list[LeaveView]:
    """Leave that is not over of everybody with a post in an area. Raises Forbidden, NotFound."""
    names = dict(colleagues(actor, area_code))
    return _leave(Leave.account_id << sorted(names))


def own_leave(actor: Actor) -> list[LeaveView]:
    """The actor's own leave that is not over. Raises Unauthenticated."""
    actor.demand_signed_in()
    return _leave(Leave.account_id == actor.account_id)


def leave(actor: Actor, leave_id: int) -> LeaveView:
    """One leave, over or not, that the actor may change: own, or where the actor makes the roster.

    Raises Unauthenticated, NotFound.
    """
    actor.demand_signed_in()
    row = Leave.get_or_none(Leave.id == leave_id)
    if row is None or not may_set_leave(actor, row.account_id):
        raise NotFound
    return _leave_views([row])[0]


def may_set_leave(actor: Actor, account_id: int) -> bool:
    """Own leave of whoever has a post, or that of an account with one where the actor makes the roster."""
    held = holdings(of=[account_id])
    scope = actor.scope(DUTY)
    return bool(held) and (
        account_id == actor.account_id or any(scope.covers(each.area_code) for each in held)
    )


def _leave(condition: Any) -> list[LeaveView]:
    query = Leave.select().where(condition & (Leave.until >= today()))
    return _leave_views(list(query.order_by(Leave.since, Leave.id).limit(_MOST_SHIFTS)))


def _leave_views(found: Sequence[Leave]) -> list[LeaveView]:
    names = account_names(row.account_id for row in found)
    return [
        LeaveView(row.id, row.account_id, names.get(row.account_id, ""), row.since, row.until, row.reason)
        for row in found
    ]


def _runs_at(moment: datetime) -> Any:
    local = moment.astimezone(CHINA)
    day, minute = local.date(), local.hour * 60 + local.minute
    begun_today = (Shift.day == day) & (Shift.since <= minute) & (Shift.until > minute)
    # A shift is at most a day long, so none began earlier than yesterday.
    begun_yesterday = (Shift.day == day - timedelta(days=1)) & (Shift.until > minute + MINUTES_A_DAY)
    return begun_today | begun_yesterday


def _shifts(scope: AreaScope, since: date, until: date, *, exactly: str) -> list[ShiftView]:
    query = Shift.within(scope).where((Shift.area_code == exactly) & Shift.day.between(since, until))
    return _views(query.order_by(Shift.day, Shift.since, Shift.id))


def _views(query: Any) -> list[ShiftView]:
    found = list(query)
    names = account_names(row.account_id for row in found)
    areas = area_names(row.area_code for row in found)
    absent = _absences(found)
    posted = {key: fits(*key) for key in {(row.account_id, row.area_code) for row in found}}
    return [
        ShiftView(
            row.id,
            row.area_code,
            areas.get(row.area_code, row.area_code),
            row.day,
            row.since,
            row.until,
            row.account_id,
            names.get(row.account_id, ""),
            (row.account_id, row.day) in absent or not posted[row.account_id, row.area_code],
        )
        for row in found
    ]


def _absences(found: Collection[Shift]) -> set[tuple[int, date]]:
    if not found:
        return set()
    days = {row.day for row in found}
    accounts = {row.account_id for row in found}
    query = Leave.select(Leave.account_id, Leave.since, Leave.until).where(
        (Leave.account_id << sorted(accounts)) & (Leave.since <= max(days)) & (Leave.until >= min(days))
    )
    spans = list(rows(query))
    return {
        (row.account_id, row.day)
        for row in found
        if any(who == row.account_id and since <= row.day <= until for who, since, until in spans)
    }


def _is_off(day: date) -> bool | None:
    try:
        return not county().calendar.is_working_day(day)
    except CalendarMissing:
        return None
