"""Goods with a last good day: what lies on the shelf is found first in, first out.

The oldest pieces are taken first, so the pieces that are left are those that came in last. A shelf that
still holds pieces over their day hands out none of that product until they are taken off.
"""

from datetime import date

from core.clock import today
from plugins.points_store.errors import OutOfDate
from plugins.points_store.models import Product, StockMove

# What comes back to the shelf or is found in a count has no day of its own.
ARRIVALS = ("intake", "received")


def demand_fresh(product: Product) -> None:
    """Raises OutOfDate when pieces on the shelf are over their last good day; costs nothing before it."""
    if product.best_before is None or product.best_before >= today():
        return
    if over := pieces_over(product):
        raise OutOfDate(name=product.name, over=over)


def pieces_over(product: Product) -> int:
    """How many pieces on the shelf are over their last good day."""
    return sum(pieces for pieces, day in layers(product.id, int(product.stock or 0)) if day and day < today())


def oldest_day(product_id: int, stock: int) -> date | None:
    """The last good day of the oldest pieces on the shelf that have one."""
    days = [day for _, day in layers(product_id, stock) if day is not None]
    return min(days, default=None)


def layers(product_id: int, stock: int) -> list[tuple[int, date | None]]:
    """What is left on the shelf of each arrival, newest first: pieces, and their last good day."""
    left, found = stock, []
    came_in = StockMove.select().where(
        (StockMove.product_id == product_id) & (StockMove.quantity > 0) & StockMove.kind.in_(ARRIVALS)
    )
    for move in came_in.order_by(StockMove.id.desc()).iterator():
        if left <= 0:
            break
        pieces = min(left, int(move.quantity))
        found.append((pieces, move.best_before))
        left -= pieces
    return found
