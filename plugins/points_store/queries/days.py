"""Reading the day figures: what was awarded and redeemed on each of the last days."""

from collections.abc import Sequence
from datetime import date, timedelta

from peewee import fn

from core.db import rows
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import AWARD, REDEMPTION, REVERSAL, DayFigure, LedgerProof


@value_class
class Day:
    """Points of one day. `redeemed`: less what was taken back on it."""

    day: date
    awarded: int
    redeemed: int


def last_days(scope: AreaScope, until: date, count: int) -> list[Day]:
    """The `count` days up to `until` in the villages of `scope`, oldest first, quiet ones too."""
    first = until - timedelta(days=count - 1)
    found = rows(
        DayFigure.within(scope, DayFigure.day, DayFigure.kind, fn.SUM(DayFigure.points))
        .where(DayFigure.day.between(first, until))
        .group_by(DayFigure.day, DayFigure.kind)
    )
    sums = {(day, kind): int(points) for day, kind, points in found}
    days = [first + timedelta(days=number) for number in range(count)]
    return [
        Day(day, sums.get((day, AWARD), 0), sums.get((day, REDEMPTION), 0) - sums.get((day, REVERSAL), 0))
        for day in days
    ]


def highest(days: Sequence[Day]) -> int:
    """The most points of any bar, at least 1."""
    return max([1, *(max(day.awarded, day.redeemed) for day in days)])


def last_proof() -> LedgerProof | None:
    """What the newest nightly proof of the ledger found."""
    proof: LedgerProof | None = LedgerProof.select().order_by(LedgerProof.id.desc()).first()
    return proof
