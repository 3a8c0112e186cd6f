"""Prices as of the moment a code was scanned: a change in mid-cart does not touch an open cart."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from core import qr
from core.clock import now
from core.county import county
from core.db import Statement, from_milliseconds, milliseconds
from core.security import Actor
from plugins.points_store.models import Price, Product
from plugins.points_store.services.codes import HELD, ReadCode

SCANNED = "t"  # the purpose inside the signature of a scan's time
# The price that ended first after the scan is the one that held at the scan.
_THEN = Statement(
    lambda p: (
        Price.select(Price.points)
        .where((Price.product_id == p("product_id")) & (Price.until > p("moment")))
        .order_by(Price.until, Price.id)
        .limit(1)
    )
)


class Line(NamedTuple):
    """A product that is handed out, how many of it, and the price of one when the code was scanned."""

    product: Product
    quantity: int
    price: int


def scanned_at(actor: Actor, found: ReadCode, raw_scan: str = "") -> datetime:
    """When the acting clerk scanned this code or card, as far as it can be known; now otherwise.

    A shown code keeps it in its row. A card's is signed into the form (`scan_mark`) and holds as long as an
    opened code does.
    """
    if found.code is not None:
        held = found.code.held_by == actor.account_id and found.code.held_until is not None
        moment = found.code.held_until - HELD if held else now()
        return min(moment, now())
    assert found.card is not None
    return _signed(str(found.card.serial), raw_scan) or now()


def scan_mark(found: ReadCode, moment: datetime) -> str:
    """The time of a card's scan, signed, for the form that is filled in next; empty for a shown code."""
    if found.card is None:
        return ""
    subject = f"{found.card.serial}-{milliseconds(moment):x}"
    return qr.sign(county().keys, SCANNED, subject, moment + HELD)


def _signed(serial: str, raw_scan: str) -> datetime | None:
    try:
        signed = qr.read(county().keys, raw_scan)
    except (qr.BadCode, qr.ExpiredCode):
        return None
    scanned, _, stamp = signed.subject.partition("-")
    if signed.purpose != SCANNED or scanned != serial:
        return None
    moment = from_milliseconds(int(stamp, 16))
    return moment if moment <= now() else None


def price_at(product: Product, moment: datetime) -> int:
    """What a product cost at `moment`; asks the database only when the price has changed since."""
    if product.points_since is None or product.points_since <= moment:
        return int(product.points)
    row = _THEN.first(product_id=product.id, moment=milliseconds(moment))
    return int(row[0]) if row else int(product.points)


def prices_at(products: Iterable[Product], moment: datetime) -> dict[int, int]:
    """Product id -> price at `moment`."""
    return {product.id: price_at(product, moment) for product in products}


def keep_price(product: Product, moment: datetime) -> None:
    """Remember the price that ends now; call inside the unit of work that changes it."""
    Price.create(product_id=product.id, points=product.points, until=moment)
