"""Reading wallets: balance, statement, card, the last receipt."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.db import Statement, rows
from core.errors import NotFound
from core.people.api import household_head_name
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import (
    AWARD,
    REDEMPTION,
    REVERSAL,
    WALLET,
    Card,
    Confirmation,
    Entry,
    HandOver,
    LedgerAccount,
    Redemption,
    RedemptionLine,
    Rule,
    Store,
    Transfer,
    WalletStop,
)
from plugins.points_store.queries.proxies import proxy_name, proxy_names
from plugins.points_store.services.wallets import find_own_wallet, household_of, wallet_within

KIND_TITLES = {
    "award": N_("奖励积分"),
    "redemption": N_("超市兑换"),
    "reversal": N_("冲正退回"),
    "budget": N_("下达预算"),
    "move_out": N_("随户迁出"),
    "move_in": N_("随户迁入"),
    "opening": N_("期初积分"),
    "expiry": N_("到期清零"),
    "deduction": N_("扣减积分"),
    "withdrawal": N_("撤销发放"),
    "handover": N_("积分转让"),
    "budget_back": N_("收回预算"),
    "settlement": N_("超市结算"),
}
_REACHED = "reached through a wallet that the actor may see"


@value_class
class StatementLine:
    """A line of a statement. `points` signed; `title` and `detail` in words."""

    id: int
    transfer_id: int
    kind: str
    at: datetime
    points: int
    balance_after: int
    title: str
    detail: str


@value_class
class ReceiptLine:
    """One product on a receipt; `points` for all pieces."""

    id: int
    name: str
    quantity: int
    points: int
    returned: int


@value_class
class ReceiptView:
    """A redemption as both sides see it. `proxy_name`: who redeemed for the holder (empty: nobody)."""

    id: int
    transfer_id: int
    wallet_id: int
    store_id: int
    store_name: str
    clerk_name: str
    holder_name: str
    at: datetime
    lines: list[ReceiptLine]
    total: int
    balance_after: int | None
    reversed: bool
    returned: int
    confirmed_by: str
    known_face: bool
    proxy_name: str


@value_class
class WalletView:
    """A wallet with the words that people need."""

    id: int
    household_id: int | None
    person_id: int | None
    area_code: str
    area_name: str
    holder_name: str
    balance: int
    held: int
    state: str


def wallet_view(wallet: LedgerAccount) -> WalletView:
    """`wallet` with the names of its holder (the head of the household) and village."""
    return WalletView(
        id=wallet.id,
        household_id=wallet.household_id,
        person_id=wallet.person_id,
        area_code=wallet.area_code,
        area_name=area_names([wallet.area_code]).get(wallet.area_code, wallet.area_code),
        holder_name=_holder_name(wallet),
        balance=wallet.balance,
        held=wallet.held,
        state="stopped" if wallet.stopped_at else "active",
    )


def _holder_name(wallet: LedgerAccount) -> str:
    household_id = household_of(wallet)
    return household_head_name([household_id]).get(household_id, "") if household_id else ""


def my_wallet(actor: Actor) -> LedgerAccount | None:
    """The acting resident's wallet, None while nothing was ever credited."""
    return find_own_wallet(actor)


def own_wallet_of(actor: Actor, wallet_id: int) -> LedgerAccount:
    """The actor's own wallet, if `wallet_id` is that. Raises NotFound."""
    own = find_own_wallet(actor)
    if own is None or own.id != wallet_id:
        raise NotFound
    return own


def visible_wallet(actor: Actor, wallet_id: int) -> LedgerAccount:
    """A wallet that is the actor's own or lies in the areas they may view. Raises NotFound."""
    own = find_own_wallet(actor)
    if own is not None and own.id == wallet_id:
        return own
    # Whoever may view nothing has an empty scope, and finds nothing.
    return wallet_within(actor.scope("points_store.view"), wallet_id)


def wallets_of(household_ids: list[int]) -> dict[int, LedgerAccount]:
    """Household id -> its wallet, where there is one (wallets a household only)."""
    rows = LedgerAccount.unscoped("the caller found the households in scope").where(
        (LedgerAccount.kind == WALLET) & LedgerAccount.household_id.in_(household_ids)
    )
    return {row.household_id: row for row in rows if row.household_id is not None}


@value_class
class StopView:
    """A stop of a wallet, and its end if it is over."""

    stopped_at: datetime
    stopped_by: str
    reason: str
    resumed_at: datetime | None
    resumed_by: str
    resume_reason: str


def stops_of(wallet_id: int) -> list[StopView]:
    """The newest stops of a wallet that the caller may see."""
    found = list(
        WalletStop.select().where(WalletStop.wallet_id == wallet_id).order_by(WalletStop.id.desc()).limit(20)
    )
    people = account_names([row.stopped_by for row in found] + [row.resumed_by for row in found])
    return [
        StopView(
            row.stopped_at,
            people.get(row.stopped_by or 0, ""),
            row.reason,
            row.resumed_at,
            people.get(row.resumed_by or 0, ""),
            row.resume_reason,
        )
        for row in found
    ]


def count_wallets(households: range, persons: range) -> int:
    """How many wallets belong to the households or persons with these ids."""
    return (
        LedgerAccount.unscoped("the caller found the households in scope")
        .where(
            LedgerAccount.household_id.between(households[0], households[-1])
            | LedgerAccount.person_id.between(persons[0], persons[-1])
        )
        .count()
    )


# A statement is what people look at most, so it is three statements that are built once. All of them
# begin at the entries of a wallet that the caller has found in scope.
def _page(p: Any) -> Any:
    # Found in the index alone: what a far page passes over is joined to nothing.
    shown = Entry.alias()
    mine = shown.select(shown.id).where(shown.ledger_account_id == p("wallet_id"))
    return mine.order_by(shown.id.desc()).limit(p("limit")).offset(p("offset"))


_LINES = Statement(
    lambda p: (
        Entry.select(
            Entry.id,
            Entry.transfer_id,
            Transfer.kind,
            Transfer.at,
            Entry.points,
            Entry.balance_after,
            Transfer.reason,
            Rule.title,
        )
        .join(Transfer, on=(Transfer.id == Entry.transfer_id))
        .join(Rule, JOIN.LEFT_OUTER, on=(Rule.id == Transfer.rule_id))
        .where(Entry.id.in_(_page(p)))
        .order_by(Entry.id.desc())
    )
)
_LENGTH = Statement(
    lambda p: Entry.select(fn.COUNT(Entry.id)).where(Entry.ledger_account_id == p("wallet_id"))
)
_GOODS = Statement(
    lambda p: (
        Entry.select(
            Entry.transfer_id,
            Store.name,
            Redemption.proxy_id,
            RedemptionLine.name,
            RedemptionLine.quantity,
        )
        .join(Transfer, on=(Transfer.id == Entry.transfer_id))
        .join(Redemption, on=(Redemption.transfer_id == fn.COALESCE(Transfer.reverses_id, Transfer.id)))
        .join(Store, on=(Store.id == Redemption.store_id))
        .join(RedemptionLine, on=(RedemptionLine.redemption_id == Redemption.id))
        .where(
            (Entry.ledger_account_id == p("wallet_id")) & (Entry.id >= p("first")) & (Entry.id <= p("last"))
        )
        .order_by(RedemptionLine.id)
    )
)


def statement(wallet_id: int, page: int, page_size: int) -> tuple[list[StatementLine], int]:
    """The newest bookings of a wallet that the caller may see, and how many there are."""
    rows = _LINES.all(wallet_id=wallet_id, limit=page_size, offset=(page - 1) * page_size)
    goods = _goods_between(wallet_id, rows)
    lines = [
        StatementLine(
            id=entry_id,
            transfer_id=transfer_id,
            kind=kind,
            at=_moment(at),
            points=points,
            balance_after=after,
            title=KIND_TITLES[kind],
            detail=goods.get(transfer_id) or _in_words(kind, rule, reason),
        )
        for entry_id, transfer_id, kind, at, points, after, reason, rule in rows
    ]
    (total,) = _LENGTH.first(wallet_id=wallet_id) or (0,)
    return lines, total


def _goods_between(wallet_id: int, rows: Sequence[tuple[Any, ...]]) -> dict[int, str]:
    """Transfer id -> the store and what it handed out or took back, in words."""
    if not any(kind in (REDEMPTION, REVERSAL) for _, _, kind, *_ in rows):
        return {}
    handed: dict[tuple[int, str, int | None], list[str]] = {}
    for transfer_id, store, proxy_id, name, quantity in _GOODS.all(
        wallet_id=wallet_id, first=rows[-1][0], last=rows[0][0]
    ):
        handed.setdefault((transfer_id, store, proxy_id), []).append(f"{name}×{quantity}")
    names = proxy_names(proxy_id for _, _, proxy_id in handed)
    return {
        transfer_id: f"{store}{_by(names.get(proxy_id or 0))}：{'、'.join(goods)}"
        for (transfer_id, store, proxy_id), goods in handed.items()
    }


def _by(proxy: str | None) -> str:
    return f"（{proxy}代领）" if proxy else ""


def _moment(milliseconds: int) -> datetime:
    moment = Transfer.at.python_value(milliseconds)
    assert moment is not None
    return moment


def _in_words(kind: str, rule: str | None, reason: str) -> str:
    return "：".join(part for part in (rule, reason) if part) if kind == AWARD else reason


def details_of(transfers: list[Transfer]) -> dict[int, str]:
    """Transfer id -> what it was for, in words. The caller has found the transfers in scope."""
    rules = {
        rule.id: rule.title
        for rule in Rule.unscoped(_REACHED).where(Rule.id.in_([t.rule_id for t in transfers if t.rule_id]))
    }
    redeemed = {t.id for t in transfers if t.kind == "redemption"} | {
        t.reverses_id for t in transfers if t.reverses_id
    }
    goods = _goods(list(Redemption.unscoped(_REACHED).where(Redemption.transfer_id.in_(list(redeemed)))))
    details = {}
    for transfer in transfers:
        if transfer.kind == "award":
            details[transfer.id] = _in_words(transfer.kind, rules.get(transfer.rule_id or 0), transfer.reason)
        else:
            redeemed_by = int(transfer.reverses_id or transfer.id)
            details[transfer.id] = goods.get(redeemed_by, transfer.reason)
    return details


def _goods(redemptions: list[Redemption]) -> dict[int, str]:
    """Transfer id -> the store and what it handed out, in words; two queries however many there are."""
    stores = Store.unscoped(_REACHED).where(Store.id.in_({row.store_id for row in redemptions}))
    names = {store.id: store.name for store in stores}
    lines: dict[int, list[str]] = {}
    for line in RedemptionLine.select().where(
        RedemptionLine.redemption_id.in_([row.id for row in redemptions])
    ):
        lines.setdefault(line.redemption_id, []).append(f"{line.name}×{line.quantity}")
    return {
        row.transfer_id: f"{names[row.store_id]}：{'、'.join(lines.get(row.id, []))}" for row in redemptions
    }


_ACTIVE_CARD = Statement(
    lambda p: (
        Card.unscoped(_REACHED)
        .where((Card.wallet_id == p("wallet_id")) & Card.stopped_at.is_null() & Card.proxy_id.is_null())
        .order_by(Card.id.desc())
    )
)


def active_card(wallet_id: int) -> Card | None:
    """The card of a wallet that is in use, if any."""
    card: Card | None = _ACTIVE_CARD.get(wallet_id=wallet_id)
    return card


def active_cards(wallet_ids: Iterable[int]) -> dict[int, Card]:
    """Wallet -> its card that is in use, for those that have one."""
    held = Card.unscoped(_REACHED).where(
        Card.wallet_id.in_(list(wallet_ids)) & Card.stopped_at.is_null() & Card.proxy_id.is_null()
    )
    return {card.wallet_id: card for card in held.order_by(Card.id)}


def receipt_after(wallet_id: int, since: datetime, proxy_id: int | None = None) -> ReceiptView | None:
    """The newest redemption of a wallet since a moment (or that of a proxy): what their screen waits for."""
    whose = True if proxy_id is None else Redemption.proxy_id == proxy_id
    row = (
        Redemption.unscoped(_REACHED)
        .where((Redemption.wallet_id == wallet_id) & (Redemption.at >= since) & whose)
        .order_by(Redemption.id.desc())
        .first()
    )
    return receipt_view(row) if row else None


def receipt_view(row: Redemption) -> ReceiptView:
    """A redemption as a receipt."""
    wallet = LedgerAccount.unscoped(_REACHED).where(LedgerAccount.id == row.wallet_id).get()
    booked = Entry.select(Entry.balance_after, Store.name).join(Store, on=(Store.id == row.store_id))
    own = (Entry.transfer_id == row.transfer_id) & (Entry.ledger_account_id == row.wallet_id)
    ((balance_after, store_name),) = rows(booked.where(own))
    lines = RedemptionLine.select().where(RedemptionLine.redemption_id == row.id)
    handed = HandOver.get_or_none(HandOver.redemption_id == row.id)
    return ReceiptView(
        id=row.id,
        transfer_id=row.transfer_id,
        wallet_id=row.wallet_id,
        store_id=row.store_id,
        store_name=store_name,
        clerk_name=account_names([row.clerk_id]).get(row.clerk_id, ""),
        holder_name=_holder_name(wallet),
        at=row.at,
        lines=[
            ReceiptLine(line.id, line.name, line.quantity, line.points, line.returned)
            for line in lines.order_by(RedemptionLine.id)
        ],
        total=row.points,
        balance_after=balance_after,
        reversed=row.returned >= row.points,
        returned=row.returned,
        confirmed_by="" if handed is None else "resident" if handed.by_resident else "clerk",
        known_face=Confirmation.select().where(Confirmation.redemption_id == row.id).exists(),
        proxy_name=proxy_name(row.proxy_id),
    )
