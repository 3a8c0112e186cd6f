"""Reading months of stores: what is to be settled, what was, what is owed, what was paid."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import CHINA, today
from core.db import from_milliseconds, rows
from core.errors import NotFound
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import (
    Redemption,
    Settlement,
    SettlementLine,
    SettlementPayment,
    Store,
    Voucher,
)
from plugins.points_store.services.store_months import MonthLine, month_bounds

_REACHED = "reached through a store in the actor's areas"
MONTHS_SHOWN = 12


@value_class
class OpenMonths:
    """A store and the months that are over and not settled."""

    store_id: int
    store_name: str
    area_name: str
    months: list[str]


@value_class
class SettlementView:
    """A settlement with the names that its sheet needs."""

    id: int
    row: Settlement
    store_name: str
    area_name: str
    settled_by: str
    lines: list[MonthLine]
    paid_on: date | None
    document: str
    paid_by: str


def open_months(scope: AreaScope, page: int, page_size: int) -> tuple[list[OpenMonths], int]:
    """The stores in `scope` with the months that wait to be settled, and how many stores there are.

    A month without a redemption and without a voucher that was used waits for nothing: there is nothing to
    pay, so a store that rests, or is closed for good, does not stand here.
    """
    query = Store.within(scope)
    stores = list(query.order_by(Store.area_code, Store.id).paginate(page, page_size))
    waiting = _waiting_months([store.id for store in stores])
    names = area_names([store.area_code for store in stores])
    return [
        OpenMonths(
            store.id,
            store.name,
            names.get(store.area_code, store.area_code),
            waiting[store.id][:MONTHS_SHOWN],
        )
        for store in stores
    ], query.count()


def unsettled_stores(scope: AreaScope) -> int:
    """How many stores in `scope` have a last month that waits to be settled; one statement."""
    last_month = _month(today().replace(day=1) - timedelta(days=1))
    since, until = _moments([last_month])
    redeemed = Redemption.unscoped(_REACHED, SQL("1")).where(
        (Redemption.store_id == Store.id) & (Redemption.at >= since) & (Redemption.at < until)
    )
    used = Voucher.unscoped(_REACHED, SQL("1")).where(
        (Voucher.store_id == Store.id) & (Voucher.used_at >= since) & (Voucher.used_at < until)
    )
    settled = Settlement.unscoped(_REACHED, SQL("1")).where(
        (Settlement.store_id == Store.id) & (Settlement.month == last_month)
    )
    busy = fn.EXISTS(redeemed) | fn.EXISTS(used)
    return int(Store.within(scope).where(busy & ~fn.EXISTS(settled)).count())


def _waiting_months(store_ids: list[int]) -> dict[int, list[str]]:
    """Store -> its months that are over, not settled, and in which something happened; oldest first."""
    first = Redemption.unscoped(_REACHED, fn.MIN(Redemption.at)).where(Redemption.store_id == Store.id)
    begun = rows(Store.unscoped(_REACHED, Store.id, first).where(Store.id.in_(store_ids)))
    settled: dict[int, set[str]] = defaultdict(set)
    for row in Settlement.unscoped(_REACHED).where(Settlement.store_id.in_(store_ids)):
        settled[row.store_id].add(row.month)
    over = {
        store_id: [month for month in _months_since(at) if month not in settled[store_id]]
        for store_id, at in begun
        if at is not None
    }
    days = Redemption.unscoped(_REACHED, Redemption.store_id, Redemption.day).distinct()
    busy = _busy(days, over, Redemption.store_id, Redemption.at)
    quiet = {
        store_id: [month for month in months if (store_id, month) not in busy]
        for store_id, months in over.items()
    }
    used = Voucher.unscoped(_REACHED, Voucher.store_id, Voucher.used_at)
    busy |= _busy(used, quiet, Voucher.store_id, Voucher.used_at)
    found: dict[int, list[str]] = defaultdict(list)
    for store_id, month in sorted(busy):
        found[store_id].append(month)
    return found


def _busy(query: Any, months: Mapping[int, list[str]], store: Any, at: Any) -> set[tuple[int, str]]:
    """Which of these months of a store have a row: `query` selects the store and a day or moment."""
    stretches = [
        (store == store_id) & (at >= since) & (at < until)
        for store_id, own in months.items()
        for since, until in map(_moments, _stretches(own))
    ]
    if not stretches:
        return set()
    return {(store_id, _month(day)) for store_id, day in rows(query.where(reduce(or_, stretches)))}


def _stretches(months: list[str]) -> list[list[str]]:
    """Months in their order, cut where one is missing: a range of an index each."""
    found: list[list[str]] = []
    for month in months:
        if found and _month(month_bounds(found[-1][-1])[1]) == month:
            found[-1].append(month)
        else:
            found.append([month])
    return found


def _moments(months: list[str]) -> tuple[datetime, datetime]:
    """From which moment to which, without it, these months in a row go."""
    (first, _), (_, after) = month_bounds(months[0]), month_bounds(months[-1])
    return datetime.combine(first, time(), CHINA), datetime.combine(after, time(), CHINA)


def _months_since(began: int) -> list[str]:
    """The months that are over since this moment (milliseconds)."""
    months, day, this_month = [], from_milliseconds(began).date().replace(day=1), today().replace(day=1)
    while day < this_month:
        months.append(_month(day))
        day = (day + timedelta(days=32)).replace(day=1)
    return months


def _month(day: date) -> str:
    return day.isoformat()[:7]


def list_settlements(scope: AreaScope, page: int, page_size: int) -> tuple[list[SettlementView], int]:
    """The settlements in `scope`, newest month first, and how many there are; without their lines."""
    query = Settlement.within(scope)
    found = list(query.order_by(Settlement.month.desc(), Settlement.id.desc()).paginate(page, page_size))
    return _views(found, {}), query.count()


def settlement(scope: AreaScope, settlement_id: int) -> SettlementView:
    """One settlement in `scope` with its lines. Raises NotFound."""
    row = Settlement.within(scope).where(Settlement.id == settlement_id).first()
    if row is None:
        raise NotFound
    lines = SettlementLine.select().where(SettlementLine.settlement_id == settlement_id)
    shown = [
        MonthLine(line.kind, line.party, line.name, line.quantity, line.points)
        for line in lines.order_by(SettlementLine.id)
    ]
    return _views([row], {row.id: shown})[0]


def _views(found: list[Settlement], lines: dict[int, list[MonthLine]]) -> list[SettlementView]:
    stores = {
        store.id: store
        for store in Store.unscoped(_REACHED).where(Store.id.in_([row.store_id for row in found]))
    }
    paid = {
        row.settlement_id: row
        for row in SettlementPayment.select().where(
            SettlementPayment.settlement_id.in_([row.id for row in found])
        )
    }
    areas = area_names([row.area_code for row in found])
    people = account_names([row.account_id for row in found] + [row.account_id for row in paid.values()])
    return [
        SettlementView(
            id=row.id,
            row=row,
            store_name=stores[row.store_id].name,
            area_name=areas.get(row.area_code, row.area_code),
            settled_by=people.get(row.account_id, ""),
            lines=lines.get(row.id, []),
            paid_on=paid[row.id].paid_on if row.id in paid else None,
            document=paid[row.id].document if row.id in paid else "",
            paid_by=people.get(paid[row.id].account_id, "") if row.id in paid else "",
        )
        for row in found
    ]
