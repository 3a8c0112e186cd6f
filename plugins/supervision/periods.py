"""Periods of publication (2026-Q1, 2026-03): from when to when, and which one is due."""

import re
from datetime import date, timedelta

_QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def days_of(period: str) -> tuple[date, date] | None:
    """First and last day of a period; None for what is none."""
    if match := _QUARTER.fullmatch(period):
        year, month, months = int(match[1]), 3 * int(match[2]) - 2, 3
    elif match := _MONTH.fullmatch(period):
        year, month, months = int(match[1]), int(match[2]), 1
    else:
        return None
    return date(year, month, 1), _after(year, month, months) - timedelta(days=1)


def period_with(day: date, *, monthly: bool) -> str:
    """The period that a day lies in."""
    return f"{day.year}-{day.month:02d}" if monthly else f"{day.year}-Q{(day.month + 2) // 3}"


def before(period: str) -> str:
    """The period of the same length that ends the day before."""
    found = days_of(period)
    assert found is not None, period
    return period_with(found[0] - timedelta(days=1), monthly="Q" not in period)


def last_over(day: date, *, monthly: bool) -> str:
    """The newest period that ended before a day."""
    return before(period_with(day, monthly=monthly))


def due_on(period: str, due_days: int) -> date:
    """The last day on which a period is published in time."""
    found = days_of(period)
    assert found is not None, period
    return found[1] + timedelta(days=due_days)


def last_due(day: date, due_days: int, *, monthly: bool) -> str:
    """The newest period whose last day for publication is before a day."""
    period = last_over(day, monthly=monthly)
    while due_on(period, due_days) >= day:
        period = before(period)
    return period


def _after(year: int, month: int, months: int) -> date:
    later = month - 1 + months
    return date(year + later // 12, later % 12 + 1, 1)
