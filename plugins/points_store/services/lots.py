"""Lots: which points of a wallet are how old, and until when they are good. Nothing is booked here.

What is spent comes out of the oldest lots, so what a wallet holds lies in its newest ones: the balance
and the lots say all, and a redemption writes nothing here.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from core.clock import today
from core.county import plugin_settings
from core.db import Statement
from core.value_classes import value_class
from plugins.points_store.errors import InsufficientPoints
from plugins.points_store.models import Lot

_ADD = Statement(
    lambda p: Lot.insert(
        wallet_id=p("wallet_id"),
        transfer_id=p("transfer_id"),
        points=p("points"),
        expires_on=p("expires_on"),
        expired=0,
        done=False,
    )
)
_NEWEST = Statement(
    lambda p: (
        Lot.select(Lot.id, Lot.points, Lot.expired, Lot.expires_on)
        .where((Lot.wallet_id == p("wallet_id")) & (Lot.id < p("before")))
        .order_by(Lot.id.desc())
        .limit(p("limit"))
    )
)
_AT_ONCE = 50
_HIGHEST = 2**62


@value_class
class Share:
    """Points with the last day on which they are good (None: no end)."""

    points: int
    expires_on: date | None


@value_class
class Left:
    """What is left of a lot."""

    lot_id: int
    points: int
    expires_on: date | None


def last_day(credited: date) -> date | None:
    """The last day on which points credited on a day are good, by the county's rule; None: no end."""
    settings = plugin_settings("points_store")
    rule = settings["expiry"]
    if rule == "month_end":
        return credited.replace(day=monthrange(credited.year, credited.month)[1])
    if rule == "year_end":
        return credited.replace(month=12, day=31)
    if rule == "days":
        return credited + timedelta(days=int(settings["expiry_days"]))
    return None


def add_lots(wallet_id: int, transfer_id: int, points: int, kept: Sequence[Share]) -> None:
    """Note what a wallet was credited with; call inside the booking's unit of work.

    `kept`: points that come from elsewhere keep their days; else the county's rule gives one.
    """
    shares = kept or [Share(points, last_day(today()))]
    assert sum(share.points for share in shares) == points, "lots are what was credited"
    for share in shares:
        _ADD.run(
            wallet_id=wallet_id,
            transfer_id=transfer_id,
            points=share.points,
            expires_on=share.expires_on.isoformat() if share.expires_on else None,
        )


def lots_left(wallet_id: int, balance: int) -> list[Left]:
    """What is left of which lots of a wallet that holds `balance`, the oldest first."""
    found: list[Left] = []
    before = _HIGHEST
    while balance > 0:
        portion = _NEWEST.all(wallet_id=wallet_id, before=before, limit=_AT_ONCE)
        if not portion:
            break
        for lot_id, points, expired, expires_on in portion:
            left = min(points - expired, balance)
            if left > 0:
                found.append(Left(lot_id, left, _day(expires_on)))
                balance -= left
        before = portion[-1][0]
    return found[::-1]


def oldest_shares(wallet_id: int, balance: int, points: int) -> list[Share]:
    """The oldest `points` of a wallet that holds `balance`, with their days: what leaves it next.

    Raises InsufficientPoints.
    """
    if points > balance:
        raise InsufficientPoints(needed=points, balance=balance)
    shares: list[Share] = []
    for left in lots_left(wallet_id, balance):
        taken = min(left.points, points)
        if taken <= 0:
            break
        points -= taken
        if shares and shares[-1].expires_on == left.expires_on:
            taken += shares.pop().points
        shares.append(Share(taken, left.expires_on))
    return shares


def _day(raw_day: str | date | None) -> date | None:
    return date.fromisoformat(raw_day) if isinstance(raw_day, str) else raw_day


def lots_of(transfer_id: int) -> dict[int, int]:
    """Lot -> points of what a booking credited."""
    return {int(row.id): int(row.points) for row in Lot.select().where(Lot.transfer_id == transfer_id)}
