"""The proof of what lies beside the ledger: closed months, lots, points that are promised."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from peewee import JOIN, fn

from core.db import from_milliseconds, rows
from plugins.points_store.chain import GENESIS, Booked, Head
from plugins.points_store.equation import FIGURES, NOTHING, Figures, figures_of
from plugins.points_store.models import EXPIRY, WALLET, Closing, Entry, LedgerAccount, Lot, Transfer

_PROOF = "the proof of the ledger looks at every account"
# A quarter of an hour lies in one month wherever it is.
_QUARTER = 15 * 60 * 1000


@lru_cache(maxsize=4096)
def _month_of(quarter: int) -> tuple[int, int]:
    """Year and month of a quarter of an hour, counted as moments are."""
    moment = from_milliseconds(quarter * _QUARTER)
    return moment.year, moment.month


class ClosingProof:
    """Sees every booking once, in order, and then knows which closings do not hold."""

    def __init__(self) -> None:
        self._closings = list(Closing.unscoped(_PROOF).order_by(Closing.area_code, Closing.month))
        self._heads: dict[int, Head | None] = dict.fromkeys(row.last_transfer_id for row in self._closings)
        self._head = Head(0, 0, GENESIS)
        if 0 in self._heads:
            self._heads[0] = self._head
        self._sums: dict[str, dict[tuple[int, int], Counter[str]]] = {}

    def see(self, booked: Booked) -> None:
        """One more booking."""
        if not self._closings:
            return
        self._head = self._head.extended(booked)
        if booked.id in self._heads:
            self._heads[booked.id] = self._head
        months = self._sums.setdefault(booked.area_code, {})
        month = _month_of(booked.moment // _QUARTER)
        months.setdefault(month, Counter())[booked.kind] += booked.points

    def mistakes(self) -> Iterator[str]:
        """Closings whose head or figures are not those of the ledger."""
        for area_code, own in groupby(self._closings, key=attrgetter("area_code")):
            yield from self._mistakes_of(area_code, list(own))

    def _mistakes_of(self, area_code: str, closings: list[Closing]) -> Iterator[str]:
        villages = [code for code in self._sums if code.startswith(area_code) and len(code) == 12]
        for row in closings:
            name = f"{area_code} 的 {row.month} 结账"
            head = self._heads[row.last_transfer_id]
            if head is None or (head.transfers, head.hash) != (row.transfers, row.head):
                yield f"{name}：账本校验码与账上不符，账目可能被改动"
            month = (int(row.month[:4]), int(row.month[5:]))
            found = sum((self._month(code, month) for code in villages), NOTHING)
            if found != Figures(*(getattr(row, column) for column in FIGURES)):
                yield f"{name}：数字与账上重新加总的不符"

    def _month(self, village: str, month: tuple[int, int]) -> Figures:
        before: Counter[str] = Counter()
        months = self._sums[village]
        for each, sums in months.items():
            if each < month:
                before.update(sums)
        return figures_of(before, months.get(month, {}))


def wrong_lots() -> Iterator[str]:
    """Lots that are not what their wallets were credited with, or expired otherwise than was booked."""
    lots = (
        Lot.select(Lot.transfer_id, Lot.wallet_id, fn.SUM(Lot.points).alias("points"))
        .group_by(Lot.transfer_id, Lot.wallet_id)
        .alias("lots")
    )
    joined = (lots.c.transfer_id == Entry.transfer_id) & (lots.c.wallet_id == Entry.ledger_account_id)
    credited = (
        Entry.select(Entry.transfer_id, Entry.ledger_account_id, Entry.points, lots.c.points)
        .join(LedgerAccount, on=(LedgerAccount.id == Entry.ledger_account_id))
        .join(lots, JOIN.LEFT_OUTER, on=joined)
        .where((LedgerAccount.kind == WALLET) & (Entry.points > 0))
        .where(lots.c.points.is_null() | (lots.c.points != Entry.points))
    )
    for transfer_id, wallet_id, points, kept in rows(credited):
        yield f"交易 {transfer_id} 记入积分账户 {wallet_id} 的 {points} 分，批次为 {kept or 0} 分"
    ((of_lots, of_entries),) = rows(
        Lot.select(
            fn.COALESCE(fn.SUM(Lot.points), 0),
            Entry.select(fn.COALESCE(fn.SUM(Entry.points), 0))
            .join(LedgerAccount, on=(LedgerAccount.id == Entry.ledger_account_id))
            .where((LedgerAccount.kind == WALLET) & (Entry.points > 0)),
        )
    )
    if of_lots != of_entries:
        yield f"全部批次合计 {of_lots} 分，记入积分账户的合计 {of_entries} 分"
    yield from _wrong_expiries()


def _wrong_expiries() -> Iterator[str]:
    booked: dict[int, int] = dict(
        rows(
            Entry.select(Entry.ledger_account_id, fn.SUM(Entry.points))
            .join(Transfer, on=(Transfer.id == Entry.transfer_id))
            .where((Transfer.kind == EXPIRY) & (Entry.points < 0))
            .group_by(Entry.ledger_account_id)
        )
    )
    kept: dict[int, int] = dict(
        rows(Lot.select(Lot.wallet_id, fn.SUM(Lot.expired)).where(Lot.expired > 0).group_by(Lot.wallet_id))
    )
    for wallet_id in sorted(booked.keys() | kept.keys()):
        if booked.get(wallet_id, 0) + kept.get(wallet_id, 0):
            over, written = kept.get(wallet_id, 0), -booked.get(wallet_id, 0)
            yield f"积分账户 {wallet_id} 的批次到期 {over} 分，账上到期 {written} 分"
