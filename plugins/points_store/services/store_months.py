"""What a month of a store comes to, before it is settled."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from peewee import fn

from core.clock import CHINA
from core.db import rows
from core.errors import NotFound
from core.value_classes import value_class
from plugins.points_store.models import (
    Product,
    Provider,
    Redemption,
    RedemptionLine,
    Return,
    Transfer,
    Voucher,
)

_REACHED = "reached through a store in the actor's areas"
OWN, DONATED, BY_VOUCHER = "own", "donated", "voucher"


@value_class
class MonthLine:
    """What is settled of one product: `kind` own, donated or voucher; `party` its donor or provider."""

    kind: str
    party: str
    name: str
    quantity: int
    points: int


@value_class
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
