"""The counter: who may serve which code where; an attempt that is refused is stored as a fact.

The refused attempt is rolled back first, then its refusal is written, in the same turn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from peewee import JOIN, fn

from core import audit
from core.clock import now
from core.county import plugin_settings
from core.db import Statement, hold, joined_unit, milliseconds, unit_of_work
from core.errors import DomainError, NotFound
from core.security import Actor
from plugins.points_store.errors import (
    CardLocked,
    CodeForeign,
    CodeUnknown,
    NotYourStore,
    PinWrong,
    StoreClosed,
    WalletStopped,
)
from plugins.points_store.models import (
    Card,
    LedgerAccount,
    Refusal,
    Store,
    StoreClerk,
)
from plugins.points_store.services import cards, codes, proxies, wallets
from plugins.points_store.services.codes import ReadCode
from plugins.points_store.services.guesses import GUESS_WINDOW, GUESSES, too_many_guesses

T = TypeVar("T")

# Digits of an area code that store and wallet must share.
_REACH = {"village": 12, "town": 9, "county": 6}


class Till(NamedTuple):
    """A store as its counter needs it. `takings_id`: its ledger account, None before the first redemption."""

    id: int
    area_code: str
    active: bool
    clerk_id: int | None
    takings_id: int | None
    guesses: int


_TILL = Statement(
    lambda p: (
        Store.unscoped(
            "found by id; the clerk's areas are checked next",
            Store.id,
            Store.area_code,
            Store.active,
            StoreClerk.account_id,
            LedgerAccount.id,
            Refusal.unscoped(
                "all guesses of one account count, wherever they were made", fn.COUNT(Refusal.id)
            ).where(
                (Refusal.account_id == p("account_id"))
                & (Refusal.reason == CodeUnknown.code)
                & (Refusal.at > p("since"))
            ),
        )
        .join(
            StoreClerk,
            JOIN.LEFT_OUTER,
            on=(StoreClerk.store_id == Store.id) & (StoreClerk.account_id == p("account_id")),
        )
        .switch(Store)
        .join(LedgerAccount, JOIN.LEFT_OUTER, on=LedgerAccount.store_id == Store.id)
        .where(Store.id == p("id"))
    )
)


@dataclass
class Tried:
    """What is known of an attempt when it is refused."""

    till: Till | None = None
    wallet_id: int | None = None
    card_id: int | None = None
    wrong_pin: bool = False


def storing_refusals(actor: Actor, raw_code: str, attempt: Callable[[Tried], T], *, deed: bool) -> T:
    """Run `attempt`; when it is refused, undo it, store the refusal with its code, and raise it.

    A `deed` leaves an audit line; a look at a code needs none.
    """
    actor.demand("points_store.redeem")
    tried, refused = Tried(), None
    # One turn for the attempt and its refusal: nobody guesses in between, neither at this counter nor
    # with this code at another one.
    with joined_unit(housekeeping="an attempt at the counter", shared=True):
        hold(f"points_store.counter:{actor.account_id}")
        hold(f"points_store.code:{codes.subject_of(raw_code)}")
        try:
            with unit_of_work(housekeeping=None if deed else "a look at a code", shared=True):
                result = attempt(tried)
        except DomainError as refusal:
            refused = refusal
            if tried.till is not None:
                _store_refusal(actor, tried, raw_code, refusal)
    if refused is not None:
        raise refused
    return result


def _store_refusal(actor: Actor, tried: Tried, raw_code: str, refusal: DomainError) -> None:
    assert tried.till is not None
    with unit_of_work(shared=True):
        Refusal.create(
            at=now(),
            area_code=tried.till.area_code,
            store_id=tried.till.id,
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
            area_code=tried.till.area_code,
            subject=f"store:{tried.till.id}",
            reason=refusal.code,
        )


def admit(actor: Actor, store_id: int, raw_code: str, tried: Tried) -> tuple[Till, ReadCode]:
    """The store and the wallet's code, when this clerk may serve this code here and now.

    Raises NotFound, NotYourStore, StoreClosed, TooManyTries, the refusals of `codes.read_code`,
    CodeForeign, WalletStopped, HouseholdDeserted, OwnAffair; of a proxy's code or card ProxyEnded and
    KinAffair too.
    """
    since = milliseconds(now() - GUESS_WINDOW)
    row = _TILL.first(id=store_id, account_id=actor.account_id, since=since)
    if row is None:
        raise NotFound
    till = Till(*row)
    if not actor.scope("points_store.redeem").covers(till.area_code):
        raise NotFound
    tried.till = till
    if till.clerk_id is None:
        raise NotYourStore
    if not till.active:
        raise StoreClosed
    if till.guesses >= GUESSES:
        raise too_many_guesses()
    found = codes.read_code(raw_code, clerk_id=actor.account_id)
    tried.wallet_id = found.wallet.id
    tried.card_id = found.card.id if found.card else None
    digits = _REACH[plugin_settings("points_store")["redeem_within"]]
    if found.wallet.area_code[:digits] != till.area_code[:digits]:
        raise CodeForeign
    if found.wallet.stopped_at is not None:
        raise WalletStopped
    wallets.demand_holder(found.wallet)
    wallets.refuse_own(actor, found.wallet)
    if found.proxy_id is not None:
        proxies.admit_proxy(actor, found.proxy_id, found.wallet)
    return till, found


def demand_pin(card: Card, raw_pin: str, tried: Tried) -> None:
    """Check a card's PIN. Raises PinWrong, or CardLocked from the last wrong one on."""
    left = cards.tries_left(card)
    if not left:
        raise CardLocked
    if not cards.pin_fits(card, raw_pin):
        tried.wrong_pin = True
        if left == 1:
            raise CardLocked
        raise PinWrong(left=left - 1)
