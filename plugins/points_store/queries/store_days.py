"""Reading the closed days of a store."""

from datetime import datetime

from core.accounts.api import account_names
from core.db import rows
from core.value_classes import value_class
from plugins.points_store.models import DayClose, Product, StockMove
from plugins.points_store.services.stores import COUNT, INTAKE

MOST_SHOWN = 100
_REACHED = "reached through a store that the actor may see"


@value_class
class ClosedDay:
    """A close as people see it."""

    row: DayClose
    clerk_name: str


@value_class
class Correction:
    """Stock that people changed by hand: pieces (below zero: taken off), at today's price, and why."""

    product: str
    quantity: int
    points: int
    note: str
    account_name: str
    at: datetime


def corrections(store_id: int, since: datetime) -> list[Correction]:
    """What was counted otherwise or taken off by hand in a store since then, newest first (MOST_SHOWN).

    Differences of stocktakes, which a second person has checked, and what one person alone changed: whoever
    signs the day sees them line by line.
    """
    by_hand = (StockMove.kind == COUNT) | ((StockMove.kind == INTAKE) & (StockMove.quantity < 0))
    columns = (
        Product.name,
        StockMove.quantity,
        StockMove.quantity * Product.points,
        StockMove.note,
        StockMove.account_id,
        StockMove.at,
    )
    found = list(
        rows(
            StockMove.select(*columns)
            .join(Product, on=(Product.id == StockMove.product_id))
            .where(
                (Product.store_id == store_id) & (StockMove.at >= since) & by_hand & (StockMove.quantity != 0)
            )
            .order_by(StockMove.at.desc(), StockMove.id.desc())
            .limit(MOST_SHOWN)
        )
    )
    names = account_names(account_id for *_, account_id, _ in found)
    return [
        Correction(product, quantity, points, note, names.get(account_id, ""), at)
        for product, quantity, points, note, account_id, at in found
    ]


def closed_days(store_id: int, page: int, page_size: int) -> tuple[list[ClosedDay], int]:
    """The closes of a store that the caller may see, newest first, and how many there are."""
    query = DayClose.unscoped(_REACHED).where(DayClose.store_id == store_id)
    newest = query.order_by(DayClose.day.desc(), DayClose.number.desc())
    found = list(newest.paginate(page, page_size))
    names = account_names([row.account_id for row in found])
    return [ClosedDay(row, names.get(row.account_id, "")) for row in found], query.count()
