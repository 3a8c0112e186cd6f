"""Redemption at the store: read the code, take the goods, book the points, all or nothing.

A refused attempt is stored as a row with its reason code, as a fact of its own: the attempt
is rolled back first, then the refusal is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from core import audit
from core.clock import now, today
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import DomainError, NotFound, TooManyTries
from core.security import Actor
from plugins.points_store.digest import goods
from plugins.points_store.errors import (
    AlreadyReversed,
    CardLocked,
    CodeForeign,
    CodeUnknown,
    NothingPicked,
    NotYourStore,
    OutOfStock,
    PinWrong,
    PriceChanged,
    ProductNotHere,
    SecondPersonNeeded,
    StoreClosed,
    TooLateToReverse,
    WalletStopped,
)
from plugins.points_store.models import (
    REDEMPTION,
    REVERSAL,
    Card,
    LedgerAccount,
    Product,
    Redemption,
    RedemptionLine,
    Refusal,
    StockMove,
    Store,
    StoreClerk,
    Transfer,
)
from plugins.points_store.services import cards, codes, ledger, wallets
from plugins.points_store.services.codes import ReadCode
from plugins.points_store.services.ledger import Leg

T = TypeVar("T")

# Digits of an area code that store and wallet must share.
_REACH = {"village": 12, "town": 9, "county": 6}
MAX_LINES, MAX_QUANTITY = 50, 999
GUESSES, GUESS_WINDOW = 10, timedelta(minutes=5)


@dataclass(frozen=True)
class Pick:
    """A product and how many of it."""

    product_id: int
    quantity: int


@dataclass(frozen=True)
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
    return _storing_refusals(actor, store_id, raw_code, lambda tried: _open(actor, store_id, raw_code, tried))


def redeem(
    actor: Actor,
    *,
    store_id: int,
    raw_code: str,
    picks: Sequence[Pick],
    raw_pin: str = "",
    agreed_points: int | None = None,
) -> Receipt:
    """Hand out goods against points, in one unit of work.

    `raw_code` is what was scanned or typed; `raw_pin` is asked for cards only; `agreed_points` is
    the total that both sides saw, if given. Raises a DomainError for every reason to refuse; each
    is stored as a Refusal with its code.
    """
    return _storing_refusals(
        actor,
        store_id,
        raw_code,
        lambda tried: _redeem(actor, store_id, raw_code, picks, raw_pin, agreed_points, tried),
    )


@dataclass
class _Tried:
    """What is known of an attempt when it is refused."""

    store: Store | None = None
    wallet_id: int | None = None
    card_id: int | None = None
    wrong_pin: bool = False


def _storing_refusals(actor: Actor, store_id: int, raw_code: str, attempt: Callable[["_Tried"], T]) -> T:
    actor.demand("points_store.redeem")
    tried, refused = _Tried(), None
    # One turn for the attempt and its refusal: nobody guesses in between.
    with unit_of_work(housekeeping="an attempt at the counter; deeds in it leave their own lines"):
        try:
            with unit_of_work(housekeeping="what a refusal undoes"):
                result = attempt(tried)
        except DomainError as refusal:
            refused = refusal
            if tried.store is not None:
                _store_refusal(actor, tried, raw_code, refusal)
    if refused is not None:
        raise refused
    return result


def _store_refusal(actor: Actor, tried: _Tried, raw_code: str, refusal: DomainError) -> None:
    assert tried.store is not None
    with unit_of_work():
        Refusal.create(
            at=now(),
            area_code=tried.store.area_code,
            store_id=tried.store.id,
            account_id=actor.account_id,
            wallet_id=tried.wallet_id,
            reason=refusal.code,
            # Enough to recognise a code, too little to use it.
            scanned=raw_code.strip().rpartition("/")[2][:6],
        )
        if tried.wrong_pin and tried.card_id is not None:
            cards.count_wrong_pin(tried.card_id)
        audit.record(
            actor,
            "points_store.refuse_redemption",
            area_code=tried.store.area_code,
            subject=f"store:{tried.store.id}",
            reason=refusal.code,
        )


def _admit(actor: Actor, store_id: int, raw_code: str, tried: _Tried) -> tuple[Store, ReadCode]:
    store = Store.within(actor.scope("points_store.redeem")).where(Store.id == store_id).first()
    if store is None:
        raise NotFound
    tried.store = store
    if not StoreClerk.get_or_none(
        (StoreClerk.store_id == store_id) & (StoreClerk.account_id == actor.account_id)
    ):
        raise NotYourStore
    if not store.active:
        raise StoreClosed
    _refuse_guessing(actor)
    found = codes.read_code(raw_code, clerk_id=actor.account_id)
    tried.wallet_id = found.wallet.id
    tried.card_id = found.card.id if found.card else None
    digits = _REACH[plugin_settings("points_store")["redeem_within"]]
    if found.wallet.area_code[:digits] != store.area_code[:digits]:
        raise CodeForeign
    if found.wallet.stopped_at is not None:
        raise WalletStopped
    wallets.refuse_own(actor, found.wallet)
    return store, found


def _open(actor: Actor, store_id: int, raw_code: str, tried: _Tried) -> ReadCode:
    _, found = _admit(actor, store_id, raw_code, tried)
    if found.code is not None and actor.account_id is not None:
        codes.hold_code(found.code.code, actor.account_id)
    return found


def _demand_pin(card: Card, raw_pin: str, tried: _Tried) -> None:
    left = cards.tries_left(card)
    if not left:
        raise CardLocked
    if not cards.pin_fits(card, raw_pin):
        tried.wrong_pin = True
        if left == 1:
            raise CardLocked
        raise PinWrong(left=left - 1)


def _refuse_guessing(actor: Actor) -> None:
    unknown = (
        Refusal.unscoped("all guesses of one account count, wherever they were made")
        .where(
            (Refusal.account_id == actor.account_id)
            & (Refusal.reason == CodeUnknown.code)
            & (Refusal.at > now() - GUESS_WINDOW)
        )
        .count()
    )
    if unknown >= GUESSES:
        raise TooManyTries(minutes=int(GUESS_WINDOW.total_seconds() // 60))


def _redeem(
    actor: Actor,
    store_id: int,
    raw_code: str,
    picks: Sequence[Pick],
    raw_pin: str,
    agreed_points: int | None,
    tried: _Tried,
) -> Receipt:
    with unit_of_work():
        store, found = _admit(actor, store_id, raw_code, tried)
        if found.card is not None:
            _demand_pin(found.card, raw_pin, tried)
        lines = _lines(store, picks)
        total = sum(product.points * quantity for product, quantity in lines)
        if agreed_points is not None and agreed_points != total:
            raise PriceChanged(total=total)
        if found.card is not None:
            cards.demand_day_limit(found.card, total)
        if found.code is not None:
            codes.use_code(found.code.code)
        for product, quantity in lines:
            _take_stock(actor, product, -quantity, REDEMPTION)
        return _book(actor, store, found, lines, total)


def _lines(store: Store, picks: Sequence[Pick]) -> list[tuple[Product, int]]:
    wanted: dict[int, int] = {}
    for pick in picks:
        wanted[pick.product_id] = wanted.get(pick.product_id, 0) + pick.quantity
    if not wanted:
        raise NothingPicked
    if len(wanted) > MAX_LINES or not all(1 <= quantity <= MAX_QUANTITY for quantity in wanted.values()):
        raise ProductNotHere
    rows = Product.select().where(
        Product.id.in_(list(wanted)) & (Product.store_id == store.id) & Product.active
    )
    products = {product.id: product for product in rows}
    if len(products) != len(wanted):
        raise ProductNotHere
    return [(products[product_id], quantity) for product_id, quantity in sorted(wanted.items())]


def _take_stock(actor: Actor, product: Product, quantity: int, kind: str) -> None:
    if product.stock is None:
        return
    after = list(
        Product.update(stock=Product.stock + quantity)
        .where((Product.id == product.id) & (Product.stock + quantity >= 0))
        .returning(Product.stock)
        .tuples()
        .execute()
    )
    if not after:
        raise OutOfStock(name=product.name, stock=product.stock)
    StockMove.insert(
        product_id=product.id,
        kind=kind,
        quantity=quantity,
        stock_after=after[0][0],
        at=now(),
        account_id=actor.account_id,
        note="",
    ).execute()


def _book(
    actor: Actor, store: Store, found: ReadCode, lines: list[tuple[Product, int]], total: int
) -> Receipt:
    wallet, at = found.wallet, now()
    handed = [(product.id, product.name, count, product.points * count) for product, count in lines]
    booked = ledger.post(
        actor,
        REDEMPTION,
        [Leg(wallet.id, -total), Leg(ledger.takings(store.id, store.area_code).id, total)],
        area_code=wallet.area_code[:12],
        content=goods(store.id, wallet.id, actor.account_id, handed),
    )
    redemption_id = Redemption.insert(
        transfer_id=booked.transfer_id,
        area_code=store.area_code,
        store_id=store.id,
        wallet_id=wallet.id,
        clerk_id=actor.account_id,
        clerk_person_id=actor.person_id,
        card_id=found.card.id if found.card else None,
        points=total,
        at=at,
        day=at.date(),
    ).execute()
    RedemptionLine.insert_many(
        [
            {
                "redemption_id": redemption_id,
                "product_id": product.id,
                "name": product.name,
                "quantity": quantity,
                "points": product.points * quantity,
            }
            for product, quantity in lines
        ]
    ).execute()
    return Receipt(
        redemption_id, booked.transfer_id, wallet.id, store.id, total, booked.balances[wallet.id], at
    )


def reverse_redemption(actor: Actor, *, redemption_id: int, reason: str) -> Receipt:
    """Take a redemption back on the same day: points and goods return, both bookings stay.

    A second person does it. Raises NotFound, SecondPersonNeeded, OwnAffair, TooLateToReverse,
    AlreadyReversed, StoreShort.
    """
    with unit_of_work():
        redemption, wallet = reversible(actor, redemption_id)
        booked = ledger.post(
            actor,
            REVERSAL,
            [Leg(leg.ledger_account_id, -leg.points) for leg in ledger.legs_of(redemption.transfer_id)],
            area_code=wallet.area_code[:12],
            reason=reason.strip(),
            reverses_id=redemption.transfer_id,
        )
        for line in RedemptionLine.select().where(RedemptionLine.redemption_id == redemption_id):
            _take_stock(actor, Product.get_by_id(line.product_id), line.quantity, REVERSAL)
    return Receipt(
        redemption_id,
        booked.transfer_id,
        wallet.id,
        redemption.store_id,
        redemption.points,
        booked.balances[wallet.id],
        now(),
    )


def reversible(actor: Actor, redemption_id: int) -> tuple[Redemption, LedgerAccount]:
    """A redemption that the actor may reverse now, and its wallet.

    Raises NotFound, SecondPersonNeeded, OwnAffair, AlreadyReversed, TooLateToReverse.
    """
    scope = actor.demand("points_store.reverse")
    redemption = Redemption.within(scope).where(Redemption.id == redemption_id).first()
    if redemption is None:
        raise NotFound
    # Two accounts of one person are one pair of eyes.
    same_person = actor.person_id is not None and redemption.clerk_person_id == actor.person_id
    if redemption.clerk_id == actor.account_id or same_person:
        raise SecondPersonNeeded
    wallet = _wallet_of(redemption)
    wallets.refuse_own(actor, wallet)
    if _reversal_of(redemption.transfer_id) is not None:
        raise AlreadyReversed
    if redemption.day != today():
        raise TooLateToReverse(day=redemption.day.isoformat())
    return redemption, wallet


def _wallet_of(redemption: Redemption) -> LedgerAccount:
    wallet: LedgerAccount = (
        LedgerAccount.unscoped("reached through a redemption in the actor's areas")
        .where(LedgerAccount.id == redemption.wallet_id)
        .get()
    )
    return wallet


def _reversal_of(transfer_id: int) -> Transfer | None:
    reversal: Transfer | None = (
        Transfer.unscoped("reached through a redemption in the actor's areas")
        .where(Transfer.reverses_id == transfer_id)
        .first()
    )
    return reversal
