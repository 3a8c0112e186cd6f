"""Reading the book: sums by village."""

from peewee import SQL, fn

from core.areas.api import area_names
from core.db import rows
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    BUDGET_BACK,
    DEDUCTION,
    EXPIRY,
    FUND,
    MINT,
    MOVE_IN,
    MOVE_OUT,
    OPENING,
    REDEMPTION,
    REVERSAL,
    STORE,
    WALLET,
    WITHDRAWAL,
    LedgerAccount,
    Transfer,
)

VILLAGE_DIGITS = 12
_PROOF = "the proof of the ledger looks at every account"


@value_class
class VillageBook:
    """A village's book, all in points.

    issued - withdrawn - redeemed - expired - deducted + reversed + moved = outstanding <= granted:
    what went out and was not used is always covered. `issued`: awards and opening balances. `moved`: what
    households brought in, less what they took out. Withdrawn, expired and deducted
    points are the fund's again. `granted`: budgets less what of them went back; `fund`: what is left of them.
    """

    area_code: str
    area_name: str
    granted: int
    fund: int
    issued: int
    withdrawn: int
    redeemed: int
    expired: int
    deducted: int
    reversed: int
    moved: int
    outstanding: int
    stores_held: int

    @property
    def balanced(self) -> bool:
        """Whether the equation holds."""
        back = self.withdrawn + self.expired + self.deducted
        return (
            self.issued - back - self.redeemed + self.reversed + self.moved == self.outstanding
            and self.outstanding <= self.granted + max(self.moved, 0)
            and self.granted - self.issued + back == self.fund
        )


def village_books(scope: AreaScope) -> list[VillageBook]:
    """The book of every village in `scope` that has one, sorted by code."""
    sums = _sums_by_village(scope)
    held = _balances_by_village(scope)
    # The county's own fund is no village's book.
    codes = sorted(code for code in set(sums) | set(held) if len(code) == VILLAGE_DIGITS)
    names = area_names(codes)
    return [_book(code, names.get(code, code), sums.get(code, {}), held.get(code, {})) for code in codes]


def _book(code: str, name: str, sums: dict[str, int], held: dict[str, int]) -> VillageBook:
    def total(*kinds: str) -> int:
        return sum(sums.get(kind, 0) for kind in kinds)

    return VillageBook(
        area_code=code,
        area_name=name,
        granted=total(BUDGET) - total(BUDGET_BACK),
        fund=held.get(FUND, 0),
        issued=total(AWARD, OPENING),
        withdrawn=total(WITHDRAWAL),
        redeemed=total(REDEMPTION),
        expired=total(EXPIRY),
        deducted=total(DEDUCTION),
        reversed=total(REVERSAL),
        moved=total(MOVE_IN) - total(MOVE_OUT),
        outstanding=held.get(WALLET, 0),
        stores_held=held.get(STORE, 0),
    )


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
