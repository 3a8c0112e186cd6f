"""The book: every booking goes through `post`, and nothing else touches a balance."""

from collections.abc import Sequence
from typing import Any

from peewee import Case, fn

from core import audit
from core.clock import now
from core.db import Statement, from_milliseconds, hold, milliseconds
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.digest import Digest, canonical
from plugins.points_store.errors import BudgetExceeded, CountyFundShort, InsufficientPoints, StoreShort
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    BUDGET_BACK,
    DEDUCTION,
    EXPIRY,
    FUND,
    HANDOVER,
    MINT,
    MOVE_IN,
    MOVE_OUT,
    OPENING,
    REDEMPTION,
    REVERSAL,
    SETTLEMENT,
    STORE,
    WALLET,
    WITHDRAWAL,
    Closing,
    Entry,
    LedgerAccount,
    Transfer,
)
from plugins.points_store.services import lots
from plugins.points_store.services.lots import Share

VILLAGE_DIGITS = 12
_SHORT = {FUND: BudgetExceeded, WALLET: InsufficientPoints, STORE: StoreShort}
# Each kind of booking, and the seeded ones of a demo county, as the record names it.
ACTIONS = {
    BUDGET: "points_store.grant_budget",
    AWARD: "points_store.award_points",
    REDEMPTION: "points_store.redeem_points",
    REVERSAL: "points_store.reverse_redemption",
    MOVE_OUT: "points_store.move_points_out",
    MOVE_IN: "points_store.move_points_in",
    OPENING: "points_store.book_opening",
    EXPIRY: "points_store.expire_points",
    DEDUCTION: "points_store.deduct_points",
    WITHDRAWAL: "points_store.withdraw_award",
    HANDOVER: "points_store.hand_points_over",
    BUDGET_BACK: "points_store.return_budget",
    SETTLEMENT: "points_store.settle_store",
}
SEED_ACTION = "points_store.seed"
_BOOK = "the ledger books across areas; the calling service has checked them"


def _moment(now_: Any) -> Any:
    """The moment of a booking: never within a month that is closed, even if the clock was set back."""
    closed = Closing.unscoped("a closed month is closed for all", fn.COALESCE(fn.MAX(Closing.until), 0))
    return Case(None, [(closed > now_, closed)], now_)


_TRANSFER = Statement(
    lambda p: Transfer.insert(
        kind=p("kind"),
        area_code=p("area_code"),
        at=_moment(p("at")),
        account_id=p("account_id"),
        points=p("points"),
        rule_id=p("rule_id"),
        reason=p("reason"),
        reverses_id=p("reverses_id"),
    ).returning(Transfer.id, Transfer.at)
)
_ENTRY = Statement(
    lambda p: Entry.insert(
        transfer_id=p("transfer_id"),
        ledger_account_id=p("ledger_account_id"),
        points=p("points"),
        balance_after=p("balance_after"),
    )
)
_MOVE = Statement(
    lambda p: (
        LedgerAccount.update(balance=LedgerAccount.balance + p("points"))
        .where(
            (LedgerAccount.id == p("id"))
            & ((LedgerAccount.balance + p("points") >= LedgerAccount.held) | (LedgerAccount.kind == MINT))
        )
        .returning(LedgerAccount.balance, LedgerAccount.kind)
    )
)
_MINT = Statement(lambda p: LedgerAccount.unscoped(_BOOK).where(LedgerAccount.kind == MINT))
_FUND = Statement(
    lambda p: LedgerAccount.unscoped(_BOOK).where(
        (LedgerAccount.kind == FUND) & (LedgerAccount.area_code == p("code"))
    )
)
_TAKINGS = Statement(
    lambda p: LedgerAccount.unscoped(_BOOK).where(
        (LedgerAccount.kind == STORE) & (LedgerAccount.store_id == p("store_id"))
    )
)


@value_class
class Leg:
    """Signed points on one ledger account."""

    ledger_account_id: int
    points: int


@value_class
class Booked:
    """A transfer that was booked, with the balances it led to, by ledger account."""

    transfer_id: int
    balances: dict[int, int]


def post(
    actor: Actor,
    kind: str,
    legs: Sequence[Leg],
    *,
    area_code: str,
    reason: str = "",
    rule_id: int | None = None,
    reverses_id: int | None = None,
    content: str = "",
    kept: Sequence[Share] = (),
) -> Booked:
    """Book one transfer and put it on record; call inside a unit of work.

    `content` is what else the booking stands for (the goods of a redemption), as text; its audit
    line carries a digest of all of it. A wallet that is credited gets a lot of points, which end by the
    county's rule; points that come out of another wallet keep their days (`kept`).

    The legs sum to zero and none is zero. Accounts are touched in the order of their ids, so
    that two bookings never wait for each other in a circle. A reversal books the legs of the
    old transfer with opposite signs and names it in `reverses_id`.

    Raises InsufficientPoints, BudgetExceeded or StoreShort when an account would fall below zero.
    """
    assert sum(leg.points for leg in legs) == 0, "a transfer sums to zero"
    assert len(legs) > 1, "a transfer has two sides"
    assert all(leg.points for leg in legs), "a leg moves points"
    points = sum(leg.points for leg in legs if leg.points > 0)
    transfer_id, moment = (
        _TRANSFER.first(
            kind=kind,
            area_code=area_code,
            at=milliseconds(now()),
            account_id=actor.account_id,
            points=points,
            rule_id=rule_id,
            reason=reason,
            reverses_id=reverses_id,
        )
        or ()
    )
    at = from_milliseconds(moment)
    balances = {}
    for leg in sorted(legs, key=lambda leg: leg.ledger_account_id):
        balances[leg.ledger_account_id], account_kind = _move(leg)
        if leg.points > 0 and account_kind == WALLET:
            lots.add_lots(leg.ledger_account_id, transfer_id, leg.points, kept)
        _ENTRY.run(
            transfer_id=transfer_id,
            ledger_account_id=leg.ledger_account_id,
            points=leg.points,
            balance_after=balances[leg.ledger_account_id],
        )
    digest = Digest()
    pairs = [(leg.ledger_account_id, leg.points) for leg in legs]
    digest.add(canonical(kind, area_code, at, actor.account_id, reason, rule_id, reverses_id, pairs, content))
    audit.record(
        actor,
        ACTIONS[kind],
        area_code=area_code,
        subject=f"transfer:{transfer_id}",
        first=transfer_id,
        last=transfer_id,
        points=points,
        digest=digest.hex(),
    )
    return Booked(transfer_id, balances)


def _move(leg: Leg) -> tuple[int, str]:
    """Balance afterwards, and the kind of the account."""
    # One conditional statement: check and change cannot be separated by anybody else.
    moved = _MOVE.first(points=leg.points, id=leg.ledger_account_id)
    if moved is not None:
        return int(moved[0]), str(moved[1])
    account = LedgerAccount.unscoped(_BOOK).where(LedgerAccount.id == leg.ledger_account_id).get()
    of_county = account.kind == FUND and len(account.area_code) < VILLAGE_DIGITS
    short = CountyFundShort if of_county else _SHORT[account.kind]
    raise short(needed=-leg.points, balance=account.balance - account.held)


def legs_of(transfer_id: int) -> list[Leg]:
    """The legs of a booked transfer."""
    rows = Entry.select().where(Entry.transfer_id == transfer_id)
    return [Leg(row.ledger_account_id, row.points) for row in rows]


def mint(county_code: str) -> LedgerAccount:
    """The county's mint, opened on first use: budgets come out of it, settlements go back."""
    return _MINT.get() or _opened(MINT, area_code=county_code)


def fund(area_code: str) -> LedgerAccount:
    """The fund of the village that `area_code` (12 or 15 digits) lies in, opened on first use."""
    return _fund_of(area_code[:VILLAGE_DIGITS])


def county_fund(county_code: str) -> LedgerAccount:
    """The county's own fund, opened on first use: out of it come the villages' budgets of a period."""
    return _fund_of(county_code)


def _fund_of(code: str) -> LedgerAccount:
    return _FUND.get(code=code) or _opened(FUND, area_code=code)


def takings(store_id: int, area_code: str) -> LedgerAccount:
    """What a store has taken in, opened on first use."""
    hold(f"points_store.takings:{store_id}")  # two first redemptions open one account
    return _TAKINGS.get(store_id=store_id) or _opened(STORE, area_code=area_code, store_id=store_id)


def _opened(kind: str, **values: object) -> LedgerAccount:
    account: LedgerAccount = LedgerAccount.create(kind=kind, opened_at=now(), **values)
    return account
