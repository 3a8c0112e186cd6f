"""Who is due, and why: the rules alone, without a database.

Everybody once a year (document 000: 每年全覆盖走访农户1次); five kinds always to be visited, special groups
and risk levels after their own intervals; a date that was agreed on comes first.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from core.value_classes import value_class
from plugins.diary.words import HARDSHIP_TAGS, MUST

YEARLY, REVISIT = "yearly", "revisit"
_RISKS = ("high", "mid_high", "mid")


@value_class
class Due:
    """Until when a door is to be visited, and the reason's code."""

    on: date
    reason: str


def due(
    day: date,
    *,
    last_visit: date | None,
    revisit_on: date | None,
    marks: Collection[str],
    tags: Collection[str],
    risk_levels: Collection[str],
    days: Mapping[str, Any],
) -> Due:
    """The next visit of a household as of `day`; `days` are the plugin's settings.

    Somebody whose own interval applies and who was never visited is due at once. Of several reasons the
    earliest counts, of equal ones the graver.
    """
    found = [_yearly(day, last_visit)]
    for reason, interval in _intervals(marks, tags, risk_levels, days):
        found.append(Due(last_visit + timedelta(days=interval) if last_visit else day, reason))
    if revisit_on is not None:
        found.append(Due(revisit_on, REVISIT))
    # The later in the list, the graver: `min` takes the first of equals.
    return min(reversed(found), key=lambda each: each.on)


def _yearly(day: date, last_visit: date | None) -> Due:
    done = last_visit is not None and last_visit.year >= day.year
    return Due(date(day.year + 1 if done else day.year, 12, 31), YEARLY)


def _intervals(
    marks: Collection[str], tags: Collection[str], risk_levels: Collection[str], days: Mapping[str, Any]
) -> list[tuple[str, int]]:
    found = [(f"tag:{tag}", int(days["days_tagged"])) for tag in sorted(tags)]
    must = set(marks) | ({"hardship"} if set(tags) & set(HARDSHIP_TAGS) else set())
    found += [(f"must:{kind}", int(days["days_must"])) for kind in MUST if kind in must]
    found += [
        (f"risk:{level}", int(days[f"days_{level}"])) for level in reversed(_RISKS) if level in risk_levels
    ]
    return found
