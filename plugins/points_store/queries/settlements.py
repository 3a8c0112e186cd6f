"""Reading months of stores: what is to be settled, what was, what is owed, what was paid."""

from collections import defaultdict
from datetime import date, timedelta

from peewee import SQL, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.db import rows
from core.errors import NotFound
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import (
    Redemption,
    Settlement,
    SettlementLine,
    SettlementPayment,
    Store,
)
from plugins.points_store.services.store_months import MonthLine

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
    """The stores in `scope` with the months that wait to be settled, and how many stores there are."""
    query = Store.within(scope)
    stores = list(query.order_by(Store.area_code, Store.id).paginate(page, page_size))
    ids = [store.id for store in stores]
    begun = dict(
        rows(
            Redemption.unscoped(_REACHED, Redemption.store_id, fn.MIN(Redemption.day))
            .where(Redemption.store_id.in_(ids))
            .group_by(Redemption.store_id)
        )
    )
    settled: dict[int, set[str]] = defaultdict(set)
    for row in Settlement.unscoped(_REACHED).where(Settlement.store_id.in_(ids)):
        settled[row.store_id].add(row.month)
    names = area_names([store.area_code for store in stores])
    return [
        OpenMonths(
            store.id,
            store.name,
            names.get(store.area_code, store.area_code),
            _months_since(begun.get(store.id), settled[store.id]),
        )
        for store in stores
    ], query.count()


def unsettled_stores(scope: AreaScope) -> int:
    """How many stores in `scope` have a last month that waits to be settled; one statement."""
    this_month = today().replace(day=1)
    last_month = (this_month - timedelta(days=1)).isoformat()[:7]
    begun = Redemption.unscoped(_REACHED, SQL("1")).where(
        (Redemption.store_id == Store.id) & (Redemption.day < this_month)
    )
    settled = Settlement.unscoped(_REACHED, SQL("1")).where(
        (Settlement.store_id == Store.id) & (Settlement.month == last_month)
    )
    return int(Store.within(scope).where(fn.EXISTS(begun) & ~fn.EXISTS(settled)).count())


def _months_since(begun: date | None, settled: set[str]) -> list[str]:
    if begun is None:
        return []
    months, day, this_month = [], begun.replace(day=1), today().replace(day=1)
    while day < this_month:
        months.append(day.isoformat()[:7])
        day = (day + timedelta(days=32)).replace(day=1)
    return [month for month in months if month not in settled][:MONTHS_SHOWN]


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
