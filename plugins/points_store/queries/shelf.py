"""Reading shelves: what to order, goods between stores, counts of a whole shelf."""

from datetime import date

from core.accounts.api import account_names
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.models import (
    GoodsTransfer,
    GoodsTransferLine,
    Product,
    Stocktake,
    StocktakeLine,
    Store,
)
from plugins.points_store.services.freshness import pieces_over

_REACHED = "reached through a store that the actor may see"
GONE, LOW, OVER = "gone", "low", "over"


@value_class
class Hint:
    """What a shelf asks for: `kind` gone, low (`pieces` left) or over (`pieces` over their last good day)."""

    product_id: int
    name: str
    kind: str
    pieces: int
    best_before: date | None


@value_class
class TransferView:
    """Goods between two stores as both see them."""

    id: int
    row: GoodsTransfer
    from_name: str
    to_name: str
    sent_by: str
    received_by: str
    lines: list[GoodsTransferLine]

    @property
    def state(self) -> str:
        """On the way, or received."""
        return "sent" if self.row.received_at is None else "received"


@value_class
class StocktakeView:
    """A count of a whole shelf with its lines."""

    id: int
    row: Stocktake
    counted_by: str
    confirmed_by: str
    lines: list[StocktakeLine]

    @property
    def state(self) -> str:
        """Waiting for a second person, confirmed or dropped."""
        if self.row.dropped_at is not None:
            return "dropped"
        return "open" if self.row.confirmed_at is None else "confirmed"

    @property
    def short(self) -> int:
        """Pieces that were missing."""
        return sum(max(0, line.expected - line.counted) for line in self.lines)

    @property
    def over(self) -> int:
        """Pieces that the book did not know."""
        return sum(max(0, line.counted - line.expected) for line in self.lines)


def to_order(store_id: int) -> list[Hint]:
    """What the shelf of a store that the caller may see is short of, or has kept too long."""
    goods = (Product.store_id == store_id) & Product.stock.is_null(False)
    low = Product.active & (Product.stock <= Product.reorder_at)
    asking = low | (Product.best_before < today())
    hints = []
    for row in Product.select().where(goods & asking).order_by(Product.stock, Product.id):
        left, day = int(row.stock or 0), row.best_before
        if day is not None and day < today() and (over := pieces_over(row)):
            hints.append(Hint(row.id, row.name, OVER, over, day))
        if row.active and row.reorder_at is not None and left <= row.reorder_at:
            hints.append(Hint(row.id, row.name, LOW if left else GONE, left, day))
    return hints


def stores_to_send_to(scope: AreaScope, store_id: int) -> list[Store]:
    """The other open stores in `scope`, for goods of `store_id`."""
    others = Store.within(scope).where((Store.id != store_id) & Store.active)
    return list(others.order_by(Store.area_code, Store.id).limit(200))


def transfers_of(store_id: int, page: int, page_size: int) -> tuple[list[TransferView], int]:
    """Goods from or to a store that the caller may see, newest first, and how many there are."""
    query = GoodsTransfer.unscoped(_REACHED).where(
        (GoodsTransfer.store_id == store_id) | (GoodsTransfer.to_store_id == store_id)
    )
    return _transfers(list(query.order_by(GoodsTransfer.id.desc()).paginate(page, page_size))), query.count()


def list_transfers(scope: AreaScope, page: int, page_size: int) -> tuple[list[TransferView], int]:
    """Goods that stores in `scope` sent or are to receive, newest first, and how many there are."""
    both = scope.where(GoodsTransfer.area_code) | scope.where(GoodsTransfer.to_area_code)
    query = GoodsTransfer.unscoped("sender or receiver lies in the actor's areas").where(both)
    return _transfers(list(query.order_by(GoodsTransfer.id.desc()).paginate(page, page_size))), query.count()


def transfer(scope: AreaScope, goods_transfer_id: int) -> TransferView:
    """One of them. Raises NotFound."""
    both = scope.where(GoodsTransfer.area_code) | scope.where(GoodsTransfer.to_area_code)
    row = (
        GoodsTransfer.unscoped("sender or receiver lies in the actor's areas")
        .where((GoodsTransfer.id == goods_transfer_id) & both)
        .first()
    )
    if row is None:
        raise NotFound
    return _transfers([row])[0]


def _transfers(found: list[GoodsTransfer]) -> list[TransferView]:
    ids = {row.store_id for row in found} | {row.to_store_id for row in found}
    names = {store.id: store.name for store in Store.unscoped(_REACHED).where(Store.id.in_(ids))}
    people = account_names([row.sent_by for row in found] + [row.received_by or 0 for row in found])
    lines: dict[int, list[GoodsTransferLine]] = {}
    of_these = GoodsTransferLine.goods_transfer_id.in_([row.id for row in found])
    for line in GoodsTransferLine.select().where(of_these).order_by(GoodsTransferLine.id):
        lines.setdefault(line.goods_transfer_id, []).append(line)
    return [
        TransferView(
            id=row.id,
            row=row,
            from_name=names.get(row.store_id, ""),
            to_name=names.get(row.to_store_id, ""),
            sent_by=people.get(row.sent_by, ""),
            received_by=people.get(row.received_by or 0, ""),
            lines=lines.get(row.id, []),
        )
        for row in found
    ]


def stocktakes_of(store_id: int, page: int, page_size: int) -> tuple[list[StocktakeView], int]:
    """The counts of a store that the caller may see, newest first, and how many there are."""
    query = Stocktake.unscoped(_REACHED).where(Stocktake.store_id == store_id)
    found = list(query.order_by(Stocktake.id.desc()).paginate(page, page_size))
    people = account_names([row.counted_by for row in found] + [row.confirmed_by or 0 for row in found])
    lines: dict[int, list[StocktakeLine]] = {}
    of_these = StocktakeLine.stocktake_id.in_([row.id for row in found])
    for line in StocktakeLine.select().where(of_these).order_by(StocktakeLine.id):
        lines.setdefault(line.stocktake_id, []).append(line)
    return [
        StocktakeView(
            id=row.id,
            row=row,
            counted_by=people.get(row.counted_by, ""),
            confirmed_by=people.get(row.confirmed_by or 0, ""),
            lines=lines.get(row.id, []),
        )
        for row in found
    ], query.count()
