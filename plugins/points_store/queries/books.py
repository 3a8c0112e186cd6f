"""Reading the book: sums by village."""

from dataclasses import dataclass

from peewee import SQL, fn

from core.areas.api import area_names
from core.db import rows
from core.scope import AreaScope
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    FUND,
    MINT,
    MOVE_IN,
    MOVE_OUT,
    REDEMPTION,
    REVERSAL,
    STORE,
    WALLET,
    LedgerAccount,
    Transfer,
)

_PROOF = "the proof of the ledger looks at every account"


@dataclass(frozen=True)
class VillageBook:
    """A village's book, all in points: issued - redeemed + reversed + moved = outstanding.

    `moved`: what households brought in, less what they took out; without moves, outstanding is
    never more than granted. `fund`: what is left of the budget.
    """

    area_code: str
    area_name: str
    granted: int
    fund: int
    issued: int
    redeemed: int
    reversed: int
    moved: int
    outstanding: int
    stores_held: int

    @property
    def balanced(self) -> bool:
        """Whether the equation holds."""
        return (
            self.issued - self.redeemed + self.reversed + self.moved == self.outstanding
            and self.outstanding <= self.granted + max(self.moved, 0)
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
            moved=moved.get(code, {}).get(MOVE_IN, 0) - moved.get(code, {}).get(MOVE_OUT, 0),
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
        .group_by(SQL("1"), LedgerAccount.kind)  # the first column: PostgreSQL compares no parameters
    )
    sums: dict[str, dict[str, int]] = {}
    for code, kind, points in found:
        sums.setdefault(code, {})[kind] = int(points)
    return sums


def ledger_sum() -> int:
    """The sum of all balances: zero, always. Quick enough for a health check."""
    return int(
        LedgerAccount.unscoped(_PROOF, fn.COALESCE(fn.SUM(LedgerAccount.balance), 0)).tuples().first()[0]
    )
