"""Redemption at the store: read the code, take the goods, book the points, all or nothing."""

from collections.abc import Sequence
from datetime import datetime

from core.clock import now
from core.db import Statement, milliseconds
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.digest import goods
from plugins.points_store.errors import (
    NothingPicked,
    OutOfStock,
    PriceChanged,
    ProductNotHere,
)
from plugins.points_store.models import (
    REDEMPTION,
    Product,
    Redemption,
    RedemptionLine,
    StockMove,
)
from plugins.points_store.services import cards, codes, ledger, proxies, vouchers
from plugins.points_store.services.codes import ReadCode
from plugins.points_store.services.counter import Till, Tried, admit, demand_pin, storing_refusals
from plugins.points_store.services.days import announce_booking
from plugins.points_store.services.freshness import demand_fresh
from plugins.points_store.services.ledger import Leg
from plugins.points_store.services.prices import Line, price_at, scanned_at

MAX_LINES, MAX_QUANTITY = 50, 999

_PRODUCT = Statement(lambda p: Product.select().where(Product.id == p("id")))
_TAKE = Statement(
    lambda p: (
        Product.update(stock=Product.stock + p("quantity"))
        .where((Product.id == p("id")) & (Product.stock + p("quantity") >= 0))
        .returning(Product.stock)
    )
)
_STOCK_MOVE = Statement(
    lambda p: StockMove.insert(
        product_id=p("product_id"),
        kind=p("kind"),
        quantity=p("quantity"),
        stock_after=p("stock_after"),
        at=p("at"),
        account_id=p("account_id"),
        note="",
    )
)
_REDEMPTION = Statement(
    lambda p: Redemption.insert(
        transfer_id=p("transfer_id"),
        area_code=p("area_code"),
        store_id=p("store_id"),
        wallet_id=p("wallet_id"),
        clerk_id=p("clerk_id"),
        clerk_person_id=p("clerk_person_id"),
        card_id=p("card_id"),
        points=p("points"),
        at=p("at"),
        day=p("day"),
        proxy_id=p("proxy_id"),
    ).returning(Redemption.id)
)
_LINE = Statement(
    lambda p: RedemptionLine.insert(
        redemption_id=p("redemption_id"),
        product_id=p("product_id"),
        name=p("name"),
        quantity=p("quantity"),
        points=p("points"),
    ).returning(RedemptionLine.id)
)


@value_class
class Pick:
    """A product and how many of it."""

    product_id: int
    quantity: int


@value_class
class Receipt:
    """A redemption that was booked. `balance_after`: what the wallet holds now."""

    redemption_id: int
    transfer_id: int
    wallet_id: int
    store_id: int
    points: int
    balance_after: int
    at: datetime


def open_code(actor: Actor, *, store_id: int, raw_code: str) -> ReadCode:
    """Look at a code before goods are picked. The same refusals as `redeem`, stored likewise."""
    return storing_refusals(
        actor, raw_code, lambda tried: _open(actor, store_id, raw_code, tried), deed=False
    )


def redeem(
    actor: Actor,
    *,
    store_id: int,
    raw_code: str,
    picks: Sequence[Pick],
    raw_pin: str = "",
    raw_scan: str = "",
    agreed_points: int | None = None,
    known_face: bool = False,
) -> Receipt:
    """Hand out goods against points, in one unit of work, at the prices of when the code was scanned.

    `raw_code` is what was scanned or typed; `raw_pin` is asked for cards only, and `known_face` takes its
    place where the county lets it; `raw_scan` is the signed time of a card's scan (services.prices);
    `agreed_points` is the total that both sides saw, if given. Services of a provider become vouchers.
    Raises a DomainError for every reason to refuse; each is stored as a Refusal with its code.
    """
    return storing_refusals(
        actor,
        raw_code,
        lambda tried: _redeem(
            actor,
            store_id,
            raw_code,
            picks,
            None if known_face else raw_pin,
            raw_scan,
            agreed_points,
            tried,
        ),
        deed=True,
    )


def _open(actor: Actor, store_id: int, raw_code: str, tried: Tried) -> ReadCode:
    _, found = admit(actor, store_id, raw_code, tried)
    if found.code is not None and actor.account_id is not None:
        codes.hold_code(found.code.code, actor.account_id)
    return found


def _redeem(
    actor: Actor,
    store_id: int,
    raw_code: str,
    picks: Sequence[Pick],
    raw_pin: str | None,
    raw_scan: str,
    agreed_points: int | None,
    tried: Tried,
) -> Receipt:
    till, found = admit(actor, store_id, raw_code, tried)
    if found.card is not None and raw_pin is not None:
        demand_pin(found.card, raw_pin, tried)
    lines = _lines(till.id, picks, scanned_at(actor, found, raw_scan))
    total = sum(line.price * line.quantity for line in lines)
    if agreed_points is not None and agreed_points != total:
        raise PriceChanged(total=total)
    if found.card is not None:
        cards.demand_day_limit(found.card, total)
        if raw_pin is None:
            cards.demand_known_face(found.card, total)
    if found.proxy_id is not None:
        proxies.demand_limits(found.proxy_id, total)
    if found.code is not None:
        codes.use_code(found.code.code)
    for line in lines:
        move_stock(actor, line.product, -line.quantity, REDEMPTION)
    receipt = _book(actor, till, found, lines, total)
    if found.card is not None and raw_pin is None:
        cards.confirm_by_face(receipt.redemption_id, found.card, total)
    if found.proxy_id is not None:
        proxies.note_redemption(actor, found.proxy_id, found.wallet, receipt.redemption_id, till.id, total)
    return receipt


def _lines(store_id: int, picks: Sequence[Pick], scanned: datetime) -> list[Line]:
    wanted: dict[int, int] = {}
    for pick in picks:
        wanted[pick.product_id] = wanted.get(pick.product_id, 0) + pick.quantity
    if not wanted:
        raise NothingPicked
    if len(wanted) > MAX_LINES or not all(1 <= quantity <= MAX_QUANTITY for quantity in wanted.values()):
        raise ProductNotHere
    lines = []
    for product_id, quantity in sorted(wanted.items()):
        product: Product | None = _PRODUCT.get(id=product_id)
        if product is None or product.store_id != store_id or not product.active:
            raise ProductNotHere
        demand_fresh(product)
        lines.append(Line(product, quantity, price_at(product, scanned)))
    return lines


def move_stock(actor: Actor, product: Product, quantity: int, kind: str) -> None:
    """Take goods off the shelf or put them back; a service has none. Raises OutOfStock."""
    if product.stock is None:
        return
    after = _TAKE.first(id=product.id, quantity=quantity)
    if after is None:
        raise OutOfStock(name=product.name, stock=product.stock)
    _STOCK_MOVE.run(
        product_id=product.id,
        kind=kind,
        quantity=quantity,
        stock_after=after[0],
        at=milliseconds(now()),
        account_id=actor.account_id,
    )


def _book(actor: Actor, till: Till, found: ReadCode, lines: list[Line], total: int) -> Receipt:
    wallet, at = found.wallet, now()
    handed = [
        (line.product.id, line.product.name, line.quantity, line.price * line.quantity) for line in lines
    ]
    takings_id = till.takings_id or ledger.takings(till.id, till.area_code).id
    booked = ledger.post(
        actor,
        REDEMPTION,
        [Leg(wallet.id, -total), Leg(takings_id, total)],
        area_code=wallet.area_code[:12],
        content=goods(till.id, wallet.id, actor.account_id, handed),
    )
    announce_booking(actor, REDEMPTION, wallet, booked, total)
    (redemption_id,) = (
        _REDEMPTION.first(
            transfer_id=booked.transfer_id,
            area_code=till.area_code,
            store_id=till.id,
            wallet_id=wallet.id,
            clerk_id=actor.account_id,
            clerk_person_id=actor.person_id,
            card_id=found.card.id if found.card else None,
            points=total,
            at=milliseconds(at),
            day=at.date().isoformat(),
            proxy_id=found.proxy_id,
        )
        or ()
    )
    for line, (product_id, name, quantity, points) in zip(lines, handed, strict=True):
        (line_id,) = (
            _LINE.first(
                redemption_id=redemption_id,
                product_id=product_id,
                name=name,
                quantity=quantity,
                points=points,
            )
            or ()
        )
        if line.product.provider_id is not None:
            vouchers.issue_vouchers(actor, till.area_code, redemption_id, line_id, wallet.id, line, at)
    return Receipt(
        redemption_id, booked.transfer_id, wallet.id, till.id, total, booked.balances[wallet.id], at
    )
