"""Deadlines in working time. A year without calendar is counted Monday to Friday, and says so."""

from datetime import date, datetime

from core.clock import CalendarMissing, WorkCalendar
from core.county import county
from core.value_classes import value_class


class CaseCalendar(WorkCalendar):
    """The county's calendar for cases: it never stops one.

    A year that it does not cover is taken as Monday to Friday, and `guessed` tells that it was.
    """

    def __init__(self, real: WorkCalendar) -> None:
        self._real = real
        self.day_hours = real.day_hours
        self.guessed = False

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is worked, as far as anybody knows."""
        try:
            return self._real.is_working_day(day)
        except CalendarMissing:
            self.guessed = True
            return day.weekday() < 5


@value_class
class Clock:
    """A deadline: red after `due_at`, yellow after `yellow_at`."""

    due_at: datetime
    yellow_at: datetime
    guessed: bool


def calendar() -> CaseCalendar:
    """A fresh calendar, which has guessed nothing yet."""
    return CaseCalendar(county().calendar)


def hours_from(start: datetime, hours: int) -> Clock:
    """So many office hours from `start`."""
    days = calendar()
    return _clock(start, days.add_working_hours(start, hours), days)


def days_from(start: datetime, number: int) -> Clock:
    """The close of the `number`-th working day after `start`, which does not count (Civil Code 201)."""
    days = calendar()
    return _clock(start, days.end_of_day(days.add_working_days(start.date(), number)), days)


def clock_until(start: datetime, due_at: datetime) -> Clock:
    """The clock of a deadline that is fixed already."""
    return _clock(start, due_at, calendar())


def moved_on(due_at: datetime, since: datetime, until: datetime) -> datetime:
    """A deadline whose clock stood from `since` to `until`: what was left then runs from `until` on."""
    if due_at <= since:
        return due_at
    days = calendar()
    return days.add_working_hours(until, days.working_minutes_between(since, due_at) / 60)


def _clock(start: datetime, due_at: datetime, days: CaseCalendar) -> Clock:
    """Yellow when most of the time is gone, or a working day is left of a clock that is longer than one."""
    total = days.working_minutes_between(start, due_at)
    gone = total * county().settings.cases.yellow_percent // 100
    if total > days.minutes_a_day:
        gone = min(gone, total - days.minutes_a_day)
    return Clock(due_at, min(days.add_working_hours(start, gone / 60), due_at), days.guessed)
