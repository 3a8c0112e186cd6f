"""Reading months of stores: what is to be settled, what was, what is owed, what was paid."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import CHINA, today
from core.db import rows
from core.errors import NotFound
from core.scope import AreaScope
from plugins.points_store.models import (
    Product,
    Provider,
    Redemption,
    RedemptionLine,
    Return,
    Settlement,
    SettlementLine,
    SettlementPayment,
    Store,
    Transfer,
    Voucher,
)

_REACHED = "reached through a store in the actor's areas"
OWN, DONATED, BY_VOUCHER = "own", "donated", "voucher"
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class MonthLine:
    """What is settled of one product: `kind` own, donated or voucher; `party` its donor or provider."""

    kind: str
    party: str
    name: str
    quantity: int
    points: int


@dataclass(frozen=True)
class Month:
    """A month of a store before it is settled. `shown` and `booked`: counter and ledger, equal when sound."""

    redemptions: int
    points_in: int
    points_back: int
    lines: list[MonthLine]
    shown: int
    booked: int

    def total(self, kind: str) -> int:
        """Points of one kind."""
        return sum(line.points for line in self.lines if line.kind == kind)


@dataclass(frozen=True)
class OpenMonths:
    """A store and the months that are over and not settled."""

    store_id: int
    store_name: str
    area_name: str
    months: list[str]


@dataclass(frozen=True)
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


def month_bounds(month: str) -> tuple[date, date]:
    """First day of a month "2026-11", and of the next one. Raises NotFound for what is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None
    return first, (first + timedelta(days=32)).replace(day=1)


def month_of(store_id: int, month: str) -> Month:
    """What a store's month comes to now; the caller may see the store.

    Goods and services of the store go by the day on which they were handed out, less what was taken back;
    vouchers go by the day on which the provider took them in.
    """
    first, after = month_bounds(month)
    in_month = (Redemption.store_id == store_id) & (Redemption.day >= first) & (Redemption.day < after)
    count, points_in, points_back, booked = next(
        iter(
            rows(
                Redemption.unscoped(
                    _REACHED,
                    fn.COUNT(Redemption.id),
                    fn.COALESCE(fn.SUM(Redemption.points), 0),
                    fn.COALESCE(fn.SUM(Redemption.returned), 0),
                    fn.COALESCE(fn.SUM(Transfer.points), 0),
                )
                .join(Transfer, on=(Transfer.id == Redemption.transfer_id))
                .where(in_month)
            )
        )
    )
    (back,) = next(
        iter(
            rows(
                Return.unscoped(_REACHED, fn.COALESCE(fn.SUM(Transfer.points), 0))
                .join(Transfer, on=(Transfer.id == Return.transfer_id))
                .join(Redemption, on=(Redemption.id == Return.redemption_id))
                .where(in_month)
            )
        )
    )
    return Month(
        redemptions=int(count),
        points_in=int(points_in),
        points_back=int(points_back),
        lines=[*_handed_out(in_month), *_rendered(store_id, first, after)],
        shown=int(points_in) - int(points_back),
        booked=int(booked) - int(back),
    )


def _handed_out(in_month: object) -> list[MonthLine]:
    """The store's own goods and services, and donors' goods, without what became vouchers."""
    # Every piece of such a line became a voucher; there is no line of both kinds.
    voucher = Voucher.unscoped(_REACHED, Voucher.id).where(Voucher.line_id == RedemptionLine.id)
    found = rows(
        Redemption.unscoped(
            _REACHED,
            RedemptionLine.name,
            Product.donor,
            RedemptionLine.quantity,
            RedemptionLine.returned,
            RedemptionLine.points,
        )
        .join(RedemptionLine, on=(RedemptionLine.redemption_id == Redemption.id))
        .join(Product, on=(Product.id == RedemptionLine.product_id))
        .where(in_month & ~fn.EXISTS(voucher))
    )
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for name, donor, quantity, returned, points in found:
        sums[(donor, name)][0] += quantity - returned
        sums[(donor, name)][1] += points // quantity * (quantity - returned)
    return [
        MonthLine(DONATED if donor else OWN, donor, name, pieces, points)
        for (donor, name), (pieces, points) in sorted(sums.items())
        if pieces
    ]


def _rendered(store_id: int, first: date, after: date) -> list[MonthLine]:
    since, until = (datetime.combine(day, time(), CHINA) for day in (first, after))
    found = rows(
        Voucher.unscoped(_REACHED, Provider.name, Voucher.name, fn.COUNT(Voucher.id), fn.SUM(Voucher.points))
        .join(Provider, on=(Provider.id == Voucher.provider_id))
        .where((Voucher.store_id == store_id) & (Voucher.used_at >= since) & (Voucher.used_at < until))
        .group_by(Provider.name, Voucher.name)
        .order_by(Provider.name, Voucher.name)
    )
    return [MonthLine(BY_VOUCHER, party, name, int(n), int(points)) for party, name, n, points in found]


def open_months(scope: AreaScope, page: int, page_size: int) -> tuple[list[OpenMonths], int]:
    """The stores in `scope` with the months that wait to be settled, and how many stores there are."""
    query = Store.within(scope)
    stores = list(query.order_by(Store.area_code, Store.id).paginate(page, page_size))
    ids = [store.id for store in stores]
    begun = dict(
        rows(
            Redemption.unscoped(_REACHED, Redemption.store_id, fn.MIN(Redemption.at))
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


def _months_since(begun: datetime | None, settled: set[str]) -> list[str]:
    if begun is None:
        return []
    months, day, this_month = [], begun.date().replace(day=1), today().replace(day=1)
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
