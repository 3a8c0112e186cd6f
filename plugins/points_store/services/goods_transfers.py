"""Goods that go from one store to another: sent by one shelf's keeper, received by the other's."""

from collections.abc import Mapping, Sequence

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import (
    CountNeeded,
    NothingPicked,
    ProductNotHere,
    ReceivedAlready,
    ReceivedTooMuch,
    SameStore,
    StoreClosed,
)
from plugins.points_store.models import GoodsTransfer, GoodsTransferLine, Product, Store
from plugins.points_store.services.freshness import demand_fresh
from plugins.points_store.services.redemption import MAX_LINES, MAX_QUANTITY, Pick, move_stock
from plugins.points_store.services.stores import GOODS, note_move, refresh_day, stocked_store

SENT, RECEIVED = "sent", "received"


@value_class
class Arrived:
    """How many pieces of a line arrived; a `reason` where it is fewer than were sent."""

    line_id: int
    received: int
    reason: str = ""


def send_goods(
    actor: Actor, *, store_id: int, to_store_id: int, picks: Sequence[Pick], note: str = ""
) -> GoodsTransfer:
    """Take goods off a shelf and send them to another store of the actor's areas.

    A closed store may still send what it has. Raises NotFound, NotYourStore, SameStore, StoreClosed (the
    other one), NothingPicked, ProductNotHere, CountNeeded, OutOfStock, OutOfDate.
    """
    store = stocked_store(actor, store_id)
    target = _target(actor, to_store_id)
    if target.id == store.id:
        raise SameStore
    if not target.active:
        raise StoreClosed
    wanted = _added_up(picks)
    with unit_of_work():
        transfer = GoodsTransfer.create(
            area_code=store.area_code,
            to_area_code=target.area_code,
            store_id=store.id,
            to_store_id=target.id,
            sent_at=now(),
            sent_by=actor.account_id,
            note=note,
        )
        for product_id, quantity in wanted.items():
            product: Product | None = Product.get_or_none(Product.id == product_id)
            if product is None or product.store_id != store.id:
                raise ProductNotHere
            if product.stock is None:
                raise CountNeeded
            demand_fresh(product)
            refresh_day(product.id)
            product = Product.get_by_id(product.id)
            move_stock(actor, product, -quantity, SENT)
            GoodsTransferLine.create(
                goods_transfer_id=transfer.id,
                product_id=product.id,
                name=product.name,
                quantity=quantity,
                best_before=product.best_before,
            )
        _record(actor, "points_store.send_goods", transfer, store.area_code, pieces=sum(wanted.values()))
    return transfer


def receive_goods(actor: Actor, *, goods_transfer_id: int, arrived: Sequence[Arrived]) -> GoodsTransfer:
    """Put what arrived onto the other shelf, once; every line is answered, a difference with its reason.

    Goods that the shelf does not have yet are put on it at the sender's price, with their donor. Raises
    NotFound, NotYourStore, ReceivedAlready, ReceivedTooMuch, Invalid (a reason is missing).
    """
    scope = actor.demand("points_store.stock")
    with unit_of_work():
        transfer: GoodsTransfer | None = (
            GoodsTransfer.unscoped("the receiving store's area is checked in the statement")
            .where((GoodsTransfer.id == goods_transfer_id) & scope.where(GoodsTransfer.to_area_code))
            .first()
        )
        if transfer is None:
            raise NotFound
        stocked_store(actor, transfer.to_store_id)
        open_one = (GoodsTransfer.id == transfer.id) & GoodsTransfer.received_at.is_null()
        done = {"received_at": now(), "received_by": actor.account_id}
        if not GoodsTransfer.update(**done).where(open_one).execute():
            raise ReceivedAlready
        answers = {answer.line_id: answer for answer in arrived}
        missing = 0
        lines = GoodsTransferLine.select().where(GoodsTransferLine.goods_transfer_id == transfer.id)
        for line in lines.order_by(GoodsTransferLine.id):
            missing += _receive(actor, transfer, line, answers)
        _record(actor, "points_store.receive_goods", transfer, transfer.to_area_code, missing=missing)
    return transfer


def _receive(
    actor: Actor, transfer: GoodsTransfer, line: GoodsTransferLine, answers: Mapping[int, Arrived]
) -> int:
    answer = answers.get(line.id)
    if answer is None or answer.received < 0:
        raise Invalid(fields={f"received_{line.id}": [N_("请填写实际收到的数量，没有收到就填 0。")]})
    if answer.received > line.quantity:
        raise ReceivedTooMuch(name=line.name, sent=line.quantity)
    if answer.received < line.quantity and not answer.reason.strip():
        raise Invalid(fields={f"reason_{line.id}": [N_("数量有差异，请写明原因。")]})
    target = None
    if answer.received:
        source: Product = Product.get_by_id(line.product_id)
        target = _shelved(transfer.to_store_id, source)
        after = int(target.stock or 0) + answer.received
        Product.update(stock=after).where(Product.id == target.id).execute()
        note_move(actor, target.id, RECEIVED, answer.received, after, "", line.best_before)
        refresh_day(target.id)
    GoodsTransferLine.update(
        received=answer.received, reason=answer.reason.strip(), to_product_id=target.id if target else None
    ).where(GoodsTransferLine.id == line.id).execute()
    return int(line.quantity) - answer.received


def _shelved(store_id: int, source: Product) -> Product:
    """The same goods on the other shelf (name and donor), put there at the sender's price if they are new."""
    same = (Product.store_id == store_id) & (Product.name == source.name) & (Product.donor == source.donor)
    counted = same & (Product.kind == GOODS) & Product.stock.is_null(False)
    found: Product | None = (
        Product.select().where(counted).order_by(Product.active.desc(), Product.id).first()
    )
    if found is not None:
        return found
    return Product.create(
        store_id=store_id, name=source.name, kind=GOODS, points=source.points, stock=0, donor=source.donor
    )


def _added_up(picks: Sequence[Pick]) -> dict[int, int]:
    wanted: dict[int, int] = {}
    for pick in picks:
        wanted[pick.product_id] = wanted.get(pick.product_id, 0) + pick.quantity
    if not wanted:
        raise NothingPicked
    if len(wanted) > MAX_LINES or not all(1 <= quantity <= MAX_QUANTITY for quantity in wanted.values()):
        raise ProductNotHere
    return wanted


def _target(actor: Actor, store_id: int) -> Store:
    store: Store | None = Store.within(actor.scope("points_store.stock")).where(Store.id == store_id).first()
    if store is None:
        raise NotFound
    return store


def _record(actor: Actor, action: str, transfer: GoodsTransfer, area_code: str, **detail: object) -> None:
    audit.record(actor, action, area_code=area_code, subject=f"goods_transfer:{transfer.id}", **detail)
