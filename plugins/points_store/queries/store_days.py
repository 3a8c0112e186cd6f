"""Reading the closed days of a store."""

from datetime import datetime

from core.accounts.api import account_names
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
    """Stock that one person changed by hand: pieces (below zero: taken off), at today's price, and why."""

    product: str
    quantity: int
    points: int
    note: str
    account_name: str
    at: datetime


def corrections(store_id: int, since: datetime) -> list[Correction]:
    """What was counted otherwise or taken off by hand in a store since then, newest first (MOST_SHOWN).

    A stocktake is checked by a second person, this is not: so it is shown to whoever signs the day.
    """
    by_hand = (StockMove.kind == COUNT) | ((StockMove.kind == INTAKE) & (StockMove.quantity < 0))
    found = list(
        StockMove.select(StockMove, Product.name, Product.points)
        .join(Product, on=(Product.id == StockMove.product_id), attr="product")
        .where((Product.store_id == store_id) & (StockMove.at >= since) & by_hand & (StockMove.quantity != 0))
        .order_by(StockMove.at.desc(), StockMove.id.desc())
        .limit(MOST_SHOWN)
    )
    names = account_names([move.account_id for move in found])
    return [
        Correction(
            product=move.product.name,
            quantity=move.quantity,
            points=move.quantity * move.product.points,
            note=move.note,
            account_name=names.get(move.account_id, ""),
            at=move.at,
        )
        for move in found
    ]


def closed_days(store_id: int, page: int, page_size: int) -> tuple[list[ClosedDay], int]:
    """The closes of a store that the caller may see, newest first, and how many there are."""
    query = DayClose.unscoped(_REACHED).where(DayClose.store_id == store_id)
    newest = query.order_by(DayClose.day.desc(), DayClose.number.desc())
    found = list(newest.paginate(page, page_size))
    names = account_names([row.account_id for row in found])
    return [ClosedDay(row, names.get(row.account_id, "")) for row in found], query.count()
