"""Reading the book: sums by village, and the proof that every balance is right."""

from dataclasses import dataclass

from peewee import Case, fn

from core.areas.api import area_names
from core.db import rows
from core.scope import AreaScope
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    FUND,
    MINT,
    REDEMPTION,
    REVERSAL,
    STORE,
    WALLET,
    Entry,
    LedgerAccount,
    Transfer,
)

_PROOF = "the proof of the ledger looks at every account"


@dataclass(frozen=True)
class VillageBook:
    """A village's book, all in points: issued - redeemed + reversed = outstanding <= granted."""

    area_code: str
    area_name: str
    granted: int
    fund: int
    issued: int
    redeemed: int
    reversed: int
    outstanding: int
    stores_held: int

    @property
    def balanced(self) -> bool:
        """Whether the equation holds."""
        return (
            self.issued - self.redeemed + self.reversed == self.outstanding <= self.granted
            and self.granted - self.issued == self.fund
        )


def village_books(scope: AreaScope) -> list[VillageBook]:
    """The book of every village in `scope` that has one, sorted by code."""
    moved = _sums_by_village(scope)
    held = _balances_by_village(scope)
    codes = sorted(set(moved) | set(held))
    names = area_names(codes)
    return [
        VillageBook(
            area_code=code,
            area_name=names.get(code, code),
            granted=moved.get(code, {}).get(BUDGET, 0),
            fund=held.get(code, {}).get(FUND, 0),
            issued=moved.get(code, {}).get(AWARD, 0),
            redeemed=moved.get(code, {}).get(REDEMPTION, 0),
            reversed=moved.get(code, {}).get(REVERSAL, 0),
            outstanding=held.get(code, {}).get(WALLET, 0),
            stores_held=held.get(code, {}).get(STORE, 0),
        )
        for code in codes
    ]


def _sums_by_village(scope: AreaScope) -> dict[str, dict[str, int]]:
    # Transfers carry their village (12 digits), so the index answers without the entries.
    found = rows(
        Transfer.within(scope, Transfer.area_code, Transfer.kind, fn.SUM(Transfer.points)).group_by(
            Transfer.area_code, Transfer.kind
        )
    )
    sums: dict[str, dict[str, int]] = {}
    for code, kind, points in found:
        sums.setdefault(code, {})[kind] = int(points)
    return sums


def _balances_by_village(scope: AreaScope) -> dict[str, dict[str, int]]:
    village = fn.SUBSTR(LedgerAccount.area_code, 1, 12)
    found = rows(
        LedgerAccount.within(scope, village, LedgerAccount.kind, fn.SUM(LedgerAccount.balance))
        .where(LedgerAccount.kind != MINT)
        .group_by(village, LedgerAccount.kind)
    )
    sums: dict[str, dict[str, int]] = {}
    for code, kind, points in found:
        sums.setdefault(code, {})[kind] = int(points)
    return sums


@dataclass(frozen=True)
class Proof:
    """What re-adding the ledger found. `mistakes` are sentences; empty means proven."""

    accounts: int
    entries: int
    mistakes: list[str]


def verify_ledger() -> Proof:
    """Re-add every balance from the entries, every transfer to zero, and the whole to zero."""
    mistakes = [
        f"账户 {account_id}（{kind}）余额为 {balance}，按分录应为 {total}"
        for account_id, kind, balance, total in _wrong_balances()
    ]
    mistakes += [
        f"交易 {transfer_id} 的分录合计为 {total}，应为 0"
        for transfer_id, total in rows(
            Entry.select(Entry.transfer_id, fn.SUM(Entry.points))
            .group_by(Entry.transfer_id)
            .having(fn.SUM(Entry.points) != 0)
        )
    ]
    mistakes += [
        f"交易 {transfer_id} 记为 {points} 分，分录为 {moved} 分"
        for transfer_id, points, moved in _wrong_transfers()
    ]
    below = LedgerAccount.unscoped(_PROOF).where((LedgerAccount.balance < 0) & (LedgerAccount.kind != MINT))
    mistakes += [f"账户 {row.id} 余额为负：{row.balance}" for row in below]
    accounts = LedgerAccount.unscoped(_PROOF).count()
    return Proof(accounts, Entry.select().count(), mistakes)


def _wrong_balances() -> list[tuple[int, str, int, int]]:
    sums = (
        Entry.select(Entry.ledger_account_id, fn.SUM(Entry.points).alias("total"))
        .group_by(Entry.ledger_account_id)
        .alias("sums")
    )
    total = fn.COALESCE(sums.c.total, 0)
    found = rows(
        LedgerAccount.unscoped(_PROOF, LedgerAccount.id, LedgerAccount.kind, LedgerAccount.balance, total)
        .left_outer_join(sums, on=(sums.c.ledger_account_id == LedgerAccount.id))
        .where(LedgerAccount.balance != total)
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _wrong_transfers() -> list[tuple[int, int, int]]:
    moved = fn.COALESCE(fn.SUM(Case(None, [(Entry.points > 0, Entry.points)], 0)), 0)
    found = rows(
        Transfer.unscoped(_PROOF, Transfer.id, Transfer.points, moved)
        .left_outer_join(Entry, on=(Entry.transfer_id == Transfer.id))
        .group_by(Transfer.id, Transfer.points)
        .having(moved != Transfer.points)
    )
    return [(row[0], row[1], row[2]) for row in found]


def ledger_sum() -> int:
    """The sum of all balances: zero, always. Quick enough for a health check."""
    return int(
        LedgerAccount.unscoped(_PROOF, fn.COALESCE(fn.SUM(LedgerAccount.balance), 0)).tuples().first()[0]
    )
