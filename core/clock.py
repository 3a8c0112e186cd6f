"""What time it is, and which days are working days. Tests replace the clock here."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import chinese_calendar

from core.errors import ConfigError, DomainError
from core.text import N_

# All of China keeps one time and no summer time, so a fixed offset is the whole zone.
CHINA = timezone(timedelta(hours=8), "CST")

# When offices are open; a county says otherwise in [cases].
DAY_HOURS = ((time(8, 30), time(12)), (time(14), time(17, 30)))

_read_clock: Callable[[], datetime] = lambda: datetime.now(CHINA)  # noqa: E731 - replaced in tests


class CalendarMissing(DomainError):
    """A year that the State Council calendar does not cover yet is never guessed in silence."""

    code, status = "calendar_missing", 409
    text = N_("%(year)d 年的放假安排尚未导入，无法计算工作日。请信息中心导入国务院办公厅的放假通知。")


def now() -> datetime:
    """The present moment, aware, in China's time."""
    return _read_clock()


def today() -> date:
    """The present date in China."""
    return now().date()


@contextmanager
def frozen(moment: datetime) -> Iterator[Callable[[datetime], None]]:
    """Stop the clock at `moment` (aware); the yielded function moves it.

    For tests, and for the past of a demo county: no other thread may run meanwhile.
    """
    global _read_clock  # noqa: PLW0603 - one process, one clock
    before = _read_clock

    def move(to: datetime) -> None:
        global _read_clock  # noqa: PLW0603
        _read_clock = lambda: to.astimezone(CHINA)  # noqa: E731

    move(moment)
    try:
        yield move
    finally:
        _read_clock = before


class WorkCalendar:
    """Working days after the State Council's yearly notice, make-up days included.

    Known years come from the `chinesecalendar` package; a county adds a year that the package
    does not have yet with a CSV of `date,is_workday` (1 or 0) for the days that differ from
    Monday to Friday (国务院办公厅关于部分节假日安排的通知). Such a year counts as covered when
    its National Day is among them: every yearly notice names that day, while a stray 1 January
    at the end of the list of the year before is no calendar of its year.
    """

    def __init__(
        self, files: tuple[Path, ...] = (), day_hours: tuple[tuple[time, time], ...] = DAY_HOURS
    ) -> None:
        """Raises ConfigError naming every line of `files` that cannot be read."""
        self.day_hours = day_hours
        self._exceptions: dict[date, bool] = {}
        # The package looks at all of its years each time.
        self._looked_up: dict[date, bool] = {}
        mistakes: list[str] = []
        for file in files:
            self._read(file, mistakes)
        if mistakes:
            raise ConfigError(mistakes)
        self._own_years = {day.year for day in self._exceptions if (day.month, day.day) == (10, 1)}

    def _read(self, file: Path, mistakes: list[str]) -> None:
        try:
            rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            mistakes.append(f"{file}：读不出来（{error}）")
            return
        for number, row in enumerate(rows, 1):
            if not row or (number == 1 and row[0] == "date"):
                continue
            try:
                text, worked = (cell.strip() for cell in row)
                self._exceptions[date.fromisoformat(text)] = {"1": True, "0": False}[worked]
            except (ValueError, KeyError):
                mistakes.append(f"{file} 第 {number} 行：应为“日期,是否上班”，如 2027-10-01,0")

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is worked. Raises CalendarMissing for a year without data."""
        if day in self._exceptions:
            return self._exceptions[day]
        if day.year in self._own_years:
            return day.weekday() < 5
        if (known := self._looked_up.get(day)) is not None:
            return known
        try:
            worked = self._looked_up[day] = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            raise CalendarMissing(year=day.year) from None
        return worked

    def add_working_days(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`; `start` itself does not count (Civil Code 201).

        `days` >= 0. Raises CalendarMissing when the way leads into a year without data.
        """
        day = start
        while days > 0:
            day += timedelta(days=1)
            if self.is_working_day(day):
                days -= 1
        return day

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """The moment at which `hours` (>= 0) of office hours after `start` have passed.

        Raises CalendarMissing when the way leads into a year without data.
        """
        left, day = timedelta(hours=hours), start.date()
        if not left:
            return start
        while True:
            for begin, end in self._open_hours(day):
                since = max(begin, start)
                if since + left <= end:
                    return since + left
                left -= max(end - since, timedelta())
            day += timedelta(days=1)

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole minutes of office hours from `start` to `end`; 0 when `end` is no later."""
        total, day = timedelta(), start.date()
        while day <= end.date():
            for opened, closed in self._open_hours(day):
                total += max(min(closed, end) - max(opened, start), timedelta())
            day += timedelta(days=1)
        return int(total / timedelta(minutes=1))

    def end_of_day(self, day: date) -> datetime:
        """When offices close on `day`."""
        return datetime.combine(day, self.day_hours[-1][1], CHINA)

    @property
    def minutes_a_day(self) -> int:
        """Office hours of one working day."""
        return int(sum((_on(end) - _on(begin)) / timedelta(minutes=1) for begin, end in self.day_hours))

    def _open_hours(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.is_working_day(day):
            for begin, end in self.day_hours:
                yield datetime.combine(day, begin, CHINA), datetime.combine(day, end, CHINA)


def _on(moment: time) -> datetime:
    return datetime.combine(date(2000, 1, 1), moment)
