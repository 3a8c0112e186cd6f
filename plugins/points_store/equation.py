"""The equation of a month: what was open, what came and went, what is open; and the fund beside it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

from core.clock import CHINA
from core.value_classes import value_class
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    BUDGET_BACK,
    DEDUCTION,
    EXPIRY,
    MOVE_IN,
    MOVE_OUT,
    OPENING,
    REDEMPTION,
    REVERSAL,
    WITHDRAWAL,
)

# Column of the month -> kinds of booking in it, with their sign there.
FLOWS: dict[str, dict[str, int]] = {
    "issued": {AWARD: 1, OPENING: 1},
    "withdrawn": {WITHDRAWAL: 1},
    "redeemed": {REDEMPTION: 1},
    "expired": {EXPIRY: 1},
    "deducted": {DEDUCTION: 1},
    "reversed": {REVERSAL: 1},
    "moved": {MOVE_IN: 1, MOVE_OUT: -1},
    "granted": {BUDGET: 1, BUDGET_BACK: -1},
}
# How each column changes what households hold, and what the village's fund holds.
_HELD = {
    "issued": 1,
    "withdrawn": -1,
    "redeemed": -1,
    "expired": -1,
    "deducted": -1,
    "reversed": 1,
    "moved": 1,
}
_FUND = {"issued": -1, "withdrawn": 1, "expired": 1, "deducted": 1, "granted": 1}
Sums = Mapping[str, int]


@value_class
class Figures:
    """A month in points.

    opening + issued - withdrawn - redeemed - expired - deducted + reversed + moved = closing;
    fund_before + granted - issued + withdrawn + expired + deducted = fund_after.
    `granted`: budgets less what of them went back.
    """

    opening: int
    issued: int
    withdrawn: int
    redeemed: int
    expired: int
    deducted: int
    reversed: int
    moved: int
    closing: int
    fund_before: int
    granted: int
    fund_after: int

    @property
    def balanced(self) -> bool:
        """Whether both equations hold and nothing is below zero."""
        values = {column: getattr(self, column) for column in FLOWS}
        held = self.opening + sum(sign * values[column] for column, sign in _HELD.items())
        fund = self.fund_before + sum(sign * values[column] for column, sign in _FUND.items())
        return bool(held == self.closing >= 0 and fund == self.fund_after >= 0)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in FIGURES))


FIGURES = tuple(field.name for field in fields(Figures))
NOTHING = Figures(*(0 for _ in FIGURES))


def parse_month(raw_month: str) -> str | None:
    """YYYY-MM of a month that there can be; None for anything else."""
    return raw_month if re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", raw_month) else None


def month_of(day: date) -> str:
    """The month of a day as YYYY-MM."""
    return f"{day:%Y-%m}"


def month_begins(month: str) -> datetime:
    """The first moment of a month in China."""
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=CHINA)


def next_month(month: str, by: int = 1) -> str:
    """The month after `month` (or `by` months after, or before)."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12:04}-{number % 12 + 1:02}"


def figures_of(before: Sums, during: Sums) -> Figures:
    """A month out of the sums by kind before it and in it."""
    past, flows = columns_of(before), columns_of(during)
    opening = sum(sign * past[column] for column, sign in _HELD.items())
    fund_before = sum(sign * past[column] for column, sign in _FUND.items())
    return Figures(
        **flows,
        opening=opening,
        closing=opening + sum(sign * flows[column] for column, sign in _HELD.items()),
        fund_before=fund_before,
        fund_after=fund_before + sum(sign * flows[column] for column, sign in _FUND.items()),
    )


def columns_of(sums: Sums) -> dict[str, int]:
    """Sums by kind of booking as sums by column."""
    return {
        column: sum(sign * sums.get(kind, 0) for kind, sign in kinds.items())
        for column, kinds in FLOWS.items()
    }
