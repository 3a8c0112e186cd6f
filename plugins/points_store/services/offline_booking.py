"""The booking of an entry: goods, stock and points as they were handed out at the counter without a line."""

import json

from core.clock import now
from core.db import milliseconds
from core.security import Actor
from plugins.points_store.digest import goods
from plugins.points_store.models import (
    REDEMPTION,
    Card,
    Device,
    LedgerAccount,
    Product,
    Redemption,
    RedemptionLine,
    Reservation,
    StockMove,
    Store,
)
from plugins.points_store.services import ledger
from plugins.points_store.services.days import announce_booking
from plugins.points_store.services.ledger import Leg
from plugins.points_store.services.offline_entries import Claim
from plugins.points_store.services.redemption import move_stock
from plugins.points_store.services.stores import COUNT

_STORE = "the store of a device that was found for the actor"
FOUND_MORE = "离线兑换时实有"


def shelf_of(reservation: Reservation) -> dict[int, tuple[str, int]]:
    """What a device took along: product -> its name and price then."""
    return {product_id: (name, points) for product_id, name, points in json.loads(reservation.shelf)}


def book_claim(actor: Actor, device: Device, wallet: LedgerAccount, card: Card | None, claim: Claim) -> int:
    """Book a redemption as a device claims it, at the price it claims; returns its id.

    Inside a unit of work, after the caller has seen to what pays for it. The goods are gone already:
    a shelf that holds fewer than were handed out is put right first. Raises InsufficientPoints.
    """
    store = Store.unscoped(_STORE).where(Store.id == device.store_id).get()
    found = {
        row.id: row
        for row in Product.select().where(Product.id.in_([item.product_id for item in claim.items]))
    }
    handed = [
        (item.product_id, found[item.product_id].name, item.quantity, item.points) for item in claim.items
    ]
    for product_id, _, quantity, _ in sorted(handed):
        _take_off(actor, product_id, quantity)
    booked = ledger.post(
        actor,
        REDEMPTION,
        [Leg(wallet.id, -claim.points), Leg(ledger.takings(store.id, store.area_code).id, claim.points)],
        area_code=wallet.area_code[:12],
        content=goods(store.id, wallet.id, device.account_id, handed),
    )
    announce_booking(actor, REDEMPTION, wallet, booked, claim.points)
    redemption = Redemption.create(
        transfer_id=booked.transfer_id,
        area_code=store.area_code,
        store_id=store.id,
        wallet_id=wallet.id,
        clerk_id=device.account_id,
        clerk_person_id=device.person_id,
        card_id=card.id if card else None,
        points=claim.points,
        at=now(),
        day=now().date(),
    )
    for product_id, name, quantity, points in handed:
        RedemptionLine.create(
            redemption_id=redemption.id, product_id=product_id, name=name, quantity=quantity, points=points
        )
    return int(redemption.id)


def _take_off(actor: Actor, product_id: int, quantity: int) -> None:
    product = Product.get_by_id(product_id)
    missing = quantity - product.stock if product.stock is not None else 0
    if missing > 0:
        Product.update(stock=quantity).where(Product.id == product_id).execute()
        StockMove.insert(
            product_id=product_id,
            kind=COUNT,
            quantity=missing,
            stock_after=quantity,
            at=milliseconds(now()),
            account_id=actor.account_id,
            note=FOUND_MORE,
        ).execute()
        product = Product.get_by_id(product_id)
    move_stock(actor, product, -quantity, REDEMPTION)
