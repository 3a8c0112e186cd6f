"""The book: every booking goes through `post`, and nothing else touches a balance."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import audit
from core.clock import now
from core.db import Statement, hold, milliseconds
from core.security import Actor
from plugins.points_store.digest import Digest, canonical
from plugins.points_store.errors import BudgetExceeded, InsufficientPoints, StoreShort
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
    Entry,
    LedgerAccount,
    Transfer,
)

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
_TRANSFER = Statement(
    lambda p: Transfer.insert(
        kind=p("kind"),
        area_code=p("area_code"),
        at=p("at"),
        account_id=p("account_id"),
        points=p("points"),
        rule_id=p("rule_id"),
        reason=p("reason"),
        reverses_id=p("reverses_id"),
    ).returning(Transfer.id)
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
        .returning(LedgerAccount.balance)
    )
)


@dataclass(frozen=True)
class Leg:
    """Signed points on one ledger account."""

    ledger_account_id: int
    points: int


@dataclass(frozen=True)
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
) -> Booked:
    """Book one transfer and put it on record; call inside a unit of work.

    `content` is what else the booking stands for (the goods of a redemption), as text; its audit
    line carries a digest of all of it.

    The legs sum to zero and none is zero. Accounts are touched in the order of their ids, so
    that two bookings never wait for each other in a circle. A reversal books the legs of the
    old transfer with opposite signs and names it in `reverses_id`.

    Raises InsufficientPoints, BudgetExceeded or StoreShort when an account would fall below zero.
    """
    assert sum(leg.points for leg in legs) == 0, "a transfer sums to zero"
    assert len(legs) > 1, "a transfer has two sides"
    assert all(leg.points for leg in legs), "a leg moves points"
    at = now()
    points = sum(leg.points for leg in legs if leg.points > 0)
    (transfer_id,) = (
        _TRANSFER.first(
            kind=kind,
            area_code=area_code,
            at=milliseconds(at),
            account_id=actor.account_id,
            points=points,
            rule_id=rule_id,
            reason=reason,
            reverses_id=reverses_id,
        )
        or ()
    )
    balances = {}
    for leg in sorted(legs, key=lambda leg: leg.ledger_account_id):
        balances[leg.ledger_account_id] = _move(leg)
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


def _move(leg: Leg) -> int:
    # One conditional statement: check and change cannot be separated by anybody else.
    moved = _MOVE.first(points=leg.points, id=leg.ledger_account_id)
    if moved is not None:
        return int(moved[0])
    account = LedgerAccount.unscoped(_BOOK).where(LedgerAccount.id == leg.ledger_account_id).get()
    raise _SHORT[account.kind](needed=-leg.points, balance=account.balance - account.held)


def legs_of(transfer_id: int) -> list[Leg]:
    """The legs of a booked transfer."""
    rows = Entry.select().where(Entry.transfer_id == transfer_id)
    return [Leg(row.ledger_account_id, row.points) for row in rows]


def mint(county_code: str) -> LedgerAccount:
    """The county's mint, opened on first use: budgets come out of it, settlements go back."""
    return _one(MINT, LedgerAccount.kind == MINT, area_code=county_code)


def fund(area_code: str) -> LedgerAccount:
    """The fund of the village that `area_code` (12 or 15 digits) lies in, opened on first use."""
    village = area_code[:12]
    return _one(FUND, (LedgerAccount.kind == FUND) & (LedgerAccount.area_code == village), area_code=village)


def takings(store_id: int, area_code: str) -> LedgerAccount:
    """What a store has taken in, opened on first use."""
    hold(f"points_store.takings:{store_id}")  # two first redemptions open one account
    return _one(STORE, LedgerAccount.store_id == store_id, area_code=area_code, store_id=store_id)


def _one(kind: str, condition: object, **values: object) -> LedgerAccount:
    account: LedgerAccount | None = LedgerAccount.unscoped(_BOOK).where(condition).first()
    if account is not None:
        return account
    return LedgerAccount.create(kind=kind, opened_at=now(), **values)
