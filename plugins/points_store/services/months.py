"""What a month is made of: sums of bookings by village and kind, for closings and for pages."""

from collections import Counter
from datetime import datetime

from peewee import Case, fn

from core.db import rows
from core.scope import AreaScope
from plugins.points_store.equation import NOTHING, Figures, figures_of, month_begins, next_month
from plugins.points_store.models import Closing, Transfer
from plugins.points_store.services.ledger import VILLAGE_DIGITS


def village_figures(scope: AreaScope, month: str) -> dict[str, Figures]:
    """The month of every village in `scope` that has ever booked anything until its end, by code."""
    before, during = _sums(scope, month_begins(month), month_begins(next_month(month)))
    codes = sorted(code for code in set(before) | set(during) if len(code) == VILLAGE_DIGITS)
    return {code: figures_of(before.get(code, {}), during.get(code, {})) for code in codes}


def area_month(area_code: str, month: str) -> Figures:
    """The month of one village, or of all of the county's villages together."""
    return sum(village_figures(AreaScope((area_code,)), month).values(), NOTHING)


def closing_of(area_code: str, month: str) -> Closing | None:
    """The closing of a village's or the county's month, None while it is open."""
    found: Closing | None = (
        Closing.within(AreaScope((area_code,)))
        .where((Closing.area_code == area_code) & (Closing.month == month))
        .first()
    )
    return found


def last_closed(area_code: str) -> str | None:
    """The newest month that was closed for exactly this area."""
    row = (
        Closing.within(AreaScope((area_code,)))
        .where(Closing.area_code == area_code)
        .order_by(Closing.month.desc())
        .first()
    )
    return str(row.month) if row else None


def _sums(
    scope: AreaScope, begins: datetime, ends: datetime
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Points by village and kind before the month, and in it.

    All that was ever booked is read from an index; only what came since the month began is looked at
    by its moment. So the newest months, which people ask for, cost least.
    """
    before: dict[str, Counter[str]] = {}
    during: dict[str, Counter[str]] = {}
    points = fn.SUM(Transfer.points)
    ever = Transfer.within(scope, Transfer.area_code, Transfer.kind, points)
    for code, kind, total in rows(ever.group_by(Transfer.area_code, Transfer.kind)):
        before.setdefault(code, Counter())[kind] = int(total)
    inside = Case(None, [(Transfer.at < ends, 1)], 0).alias("inside")
    since = (
        Transfer.within(scope, Transfer.area_code, Transfer.kind, inside, points)
        .where(Transfer.at >= begins)
        .group_by(Transfer.area_code, Transfer.kind, inside)
    )
    for code, kind, is_inside, total in rows(since):
        before[code][kind] -= int(total)
        if is_inside:
            during.setdefault(code, Counter())[kind] = int(total)
    # A village whose first booking came later.
    return {code: sums for code, sums in before.items() if any(sums.values())}, during
