"""What a store booked from one moment to another, re-added from the ledger."""

from dataclasses import astuple
from datetime import datetime

from peewee import Case, fn

from core.db import from_milliseconds, rows
from core.value_classes import value_class
from plugins.points_store.models import (
    REDEMPTION,
    REVERSAL,
    STORE,
    DayClose,
    Entry,
    LedgerAccount,
    Product,
    Redemption,
    Return,
    StockMove,
    Transfer,
    Voucher,
)

_REACHED = "reached through a store that the actor may see"
_COUNTS = ("count", "spoiled")
BEGINNING = from_milliseconds(0)


@value_class
class DayFigures:
    """A store from one moment up to another one, without it. `booked_in`, `booked_back`: from the ledger."""

    redemptions: int
    points_in: int
    booked_in: int
    returns: int
    points_back: int
    booked_back: int
    pieces_out: int
    pieces_in: int
    short: int
    over: int
    vouchers: int

    @property
    def net(self) -> int:
        """Points that the store keeps."""
        return self.points_in - self.points_back

    @property
    def is_anything(self) -> bool:
        """Whether anything was booked, counted or taken in."""
        return any(astuple(self))

    @property
    def agrees(self) -> bool:
        """Whether the counter and the ledger say the same."""
        return (self.points_in, self.points_back) == (self.booked_in, self.booked_back)


def figures_between(store_id: int, since: datetime, until: datetime) -> DayFigures:
    """What a store took in and gave out; the caller may see the store.

    Counter and ledger both go by the moment of the booking.
    """
    during = (Transfer.at >= since) & (Transfer.at < until)
    shown = _sums(
        Redemption.unscoped(_REACHED, fn.COUNT(Redemption.id), fn.COALESCE(fn.SUM(Redemption.points), 0))
        .join(Transfer, on=(Transfer.id == Redemption.transfer_id))
        .where((Redemption.store_id == store_id) & during)
    )
    back = _sums(
        Return.unscoped(_REACHED, fn.COUNT(Return.id), fn.COALESCE(fn.SUM(Return.points), 0))
        .join(Transfer, on=(Transfer.id == Return.transfer_id))
        .where((Return.store_id == store_id) & during)
    )
    booked = _booked(store_id, during)
    out, into, short, over = _pieces(store_id, since, until)
    issued = Voucher.unscoped(_REACHED).where(
        (Voucher.store_id == store_id) & (Voucher.issued_at >= since) & (Voucher.issued_at < until)
    )
    return DayFigures(
        redemptions=shown[0],
        points_in=shown[1],
        booked_in=booked.get(REDEMPTION, 0),
        returns=back[0],
        points_back=back[1],
        booked_back=-booked.get(REVERSAL, 0),
        pieces_out=out,
        pieces_in=into,
        short=short,
        over=over,
        vouchers=issued.count(),
    )


def _sums(query: object) -> tuple[int, int]:
    (count, points) = next(iter(rows(query)))
    return int(count), int(points)


def _booked(store_id: int, during: object) -> dict[str, int]:
    """Kind -> signed points on the store's account of the ledger."""
    found = rows(
        Entry.select(Transfer.kind, fn.SUM(Entry.points))
        .join(Transfer, on=(Transfer.id == Entry.transfer_id))
        .join(LedgerAccount, on=(LedgerAccount.id == Entry.ledger_account_id))
        .where((LedgerAccount.store_id == store_id) & (LedgerAccount.kind == STORE) & during)
        .group_by(Transfer.kind)
    )
    return {kind: int(points) for kind, points in found}


def _pieces(store_id: int, since: datetime, until: datetime) -> tuple[int, int, int, int]:
    """Pieces that went out to residents (less what came back), came in, were missing, were found."""

    def total(condition: object, quantity: object) -> object:
        return fn.COALESCE(fn.SUM(Case(None, [(condition, quantity)], 0)), 0)

    counted = StockMove.kind.in_(_COUNTS)
    handed = StockMove.kind.in_((REDEMPTION, REVERSAL))
    row = next(
        iter(
            rows(
                StockMove.select(
                    total(handed, StockMove.quantity * -1),
                    total(~counted & ~handed, StockMove.quantity),
                    total(counted & (StockMove.quantity < 0), StockMove.quantity * -1),
                    total(counted & (StockMove.quantity > 0), StockMove.quantity),
                )
                .join(Product, on=(Product.id == StockMove.product_id))
                .where((Product.store_id == store_id) & (StockMove.at >= since) & (StockMove.at < until))
            )
        )
    )
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def last_close(store_id: int) -> DayClose | None:
    """The newest close of a store."""
    row: DayClose | None = (
        DayClose.unscoped(_REACHED)
        .where(DayClose.store_id == store_id)
        .order_by(DayClose.day.desc(), DayClose.number.desc())
        .first()
    )
    return row
