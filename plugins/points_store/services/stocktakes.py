"""Counting a whole shelf: one person counts, a second one confirms, and only then does the stock change."""

from collections.abc import Sequence

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import CountAgain, NothingPicked, SecondCounter, StocktakeDone, StocktakeOpen
from plugins.points_store.models import Product, Stocktake, StocktakeLine
from plugins.points_store.services.stores import COUNT, note_move, refresh_day, stocked_store


@value_class
class Counted:
    """How many pieces of a product were found; a `reason` where the book says otherwise."""

    product_id: int
    counted: int
    reason: str = ""


def submit_stocktake(actor: Actor, *, store_id: int, counted: Sequence[Counted]) -> Stocktake:
    """Hand in a counted sheet: every counted product of the shelf, beside what the book says now.

    Raises NotFound, NotYourStore, StocktakeOpen, NothingPicked, Invalid (a count or a reason is missing).
    """
    store = stocked_store(actor, store_id)
    with unit_of_work():
        waiting = Stocktake.unscoped("the store was checked").where(
            (Stocktake.store_id == store_id) & Stocktake.is_open()
        )
        if waiting.exists():
            raise StocktakeOpen
        found = {answer.product_id: answer for answer in counted}
        stocktake = Stocktake.create(
            area_code=store.area_code,
            store_id=store_id,
            counted_at=now(),
            counted_by=actor.account_id,
            counted_person_id=actor.person_id,
        )
        shelf = list(shelf_to_count(store_id))
        if not shelf:
            raise NothingPicked
        for product in shelf:
            _note(stocktake.id, product, found.get(product.id))
        _record(actor, "points_store.submit_stocktake", stocktake, products=len(shelf))
    return stocktake


def shelf_to_count(store_id: int) -> list[Product]:
    """The counted goods of a store: what is on the shelf, and what is off it but still there."""
    goods = (Product.store_id == store_id) & Product.stock.is_null(False)
    return list(Product.select().where(goods & (Product.active | (Product.stock > 0))).order_by(Product.id))


def _note(stocktake_id: int, product: Product, answer: Counted | None) -> None:
    if answer is None or answer.counted < 0:
        raise Invalid(fields={f"counted_{product.id}": [N_("请填写数出来的数量，没有就填 0。")]})
    if answer.counted != product.stock and not answer.reason.strip():
        raise Invalid(fields={f"reason_{product.id}": [N_("数量有差异，请写明原因。")]})
    StocktakeLine.create(
        stocktake_id=stocktake_id,
        product_id=product.id,
        name=product.name,
        expected=product.stock,
        counted=answer.counted,
        reason=answer.reason.strip(),
    )


def confirm_stocktake(actor: Actor, *, stocktake_id: int) -> Stocktake:
    """A second person confirms: each difference is booked onto whatever the stock is by now.

    Raises NotFound, NotYourStore, SecondCounter, StocktakeDone, CountAgain.
    """
    with unit_of_work():
        stocktake = _found(actor, stocktake_id)
        same_person = actor.person_id is not None and stocktake.counted_person_id == actor.person_id
        if stocktake.counted_by == actor.account_id or same_person:
            raise SecondCounter
        _end(stocktake, confirmed_at=now(), confirmed_by=actor.account_id)
        short = over = 0
        for line in StocktakeLine.select().where(StocktakeLine.stocktake_id == stocktake_id):
            difference = line.counted - line.expected
            if difference:
                _book(actor, line, difference)
            short, over = short + max(0, -difference), over + max(0, difference)
        _record(actor, "points_store.confirm_stocktake", stocktake, short=short, over=over)
    return stocktake


def _book(actor: Actor, line: StocktakeLine, difference: int) -> None:
    # Redemptions may have come in since the count: the difference goes on top of them.
    product: Product = Product.get_by_id(line.product_id)
    after = int(product.stock or 0) + difference
    if after < 0:
        raise CountAgain(name=line.name)
    Product.update(stock=after).where(Product.id == product.id).execute()
    note_move(actor, product.id, COUNT, difference, after, line.reason)
    refresh_day(product.id)


def drop_stocktake(actor: Actor, *, stocktake_id: int) -> Stocktake:
    """Throw a sheet away that was counted wrongly; nothing changes.

    Raises NotFound, NotYourStore, StocktakeDone.
    """
    with unit_of_work():
        stocktake = _found(actor, stocktake_id)
        _end(stocktake, dropped_at=now())
        _record(actor, "points_store.drop_stocktake", stocktake)
    return stocktake


def _found(actor: Actor, stocktake_id: int) -> Stocktake:
    scope = actor.demand("points_store.stock")
    stocktake: Stocktake | None = Stocktake.within(scope).where(Stocktake.id == stocktake_id).first()
    if stocktake is None:
        raise NotFound
    stocked_store(actor, stocktake.store_id)
    return stocktake


def _end(stocktake: Stocktake, **values: object) -> None:
    if not Stocktake.update(**values).where((Stocktake.id == stocktake.id) & Stocktake.is_open()).execute():
        raise StocktakeDone


def _record(actor: Actor, action: str, stocktake: Stocktake, **detail: object) -> None:
    audit.record(actor, action, area_code=stocktake.area_code, subject=f"stocktake:{stocktake.id}", **detail)
