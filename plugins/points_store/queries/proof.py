"""The proof of the ledger: re-added, re-walked, and held against the record of who did what."""

from collections.abc import Iterator
from operator import itemgetter

from peewee import Case, fn

from core import audit
from core.db import one_view, raw_rows, rows, trigger_names
from core.value_classes import value_class
from plugins.points_store.chain import Booked, bookings
from plugins.points_store.digest import Digest, holder
from plugins.points_store.models import (
    MINT,
    WALLET,
    Entry,
    LedgerAccount,
    Product,
    Redemption,
    RedemptionLine,
    StockMove,
    Transfer,
)
from plugins.points_store.queries.held import wrong_holds
from plugins.points_store.queries.proof_books import ClosingProof, wrong_lots
from plugins.points_store.queries.proof_passbook import wrong_passbooks
from plugins.points_store.queries.proof_store import wrong_stores
from plugins.points_store.services.ledger import ACTIONS, SEED_ACTION
from plugins.points_store.services.wallets import OPEN_ACTION

_PROOF = "the proof of the ledger looks at every account"
TRIGGERS = {
    f"points_store_{table}_no_{verb}"
    for table in (
        "transfer",
        "entry",
        "stock_move",
        "day_close",
        "settlement",
        "settlement_line",
        "settlement_payment",
        "oddity_note",
        "closing",
        "offline_entry",
        "passbook_print",
    )
    for verb in ("update", "delete")
} | {
    "points_store_ledger_account_no_other_holder",
    "points_store_ledger_account_no_delete",
    "points_store_lot_no_other_points",
    "points_store_lot_no_delete",
}
TRIGGERS |= {
    f"points_store_{guarded}"
    for table in ("earned", "claim_step")
    for guarded in (f"{table}_no_update", f"{table}_no_delete")
} | {
    f"points_store_{guarded}"
    for table in ("rule", "claim", "objection", "passbook", "proxy")
    for guarded in (f"{table}_no_other_terms", f"{table}_no_delete")
}


@value_class
class Proof:
    """What re-adding the ledger found. `mistakes` are sentences; empty means proven."""

    accounts: int
    entries: int
    mistakes: list[str]


def verify_ledger() -> Proof:
    """Re-add every balance, every transfer and every shelf; hold each booking against the record.

    The record (audit chain) is proven by itself: `gridgov audit verify`.
    """
    # The counters go on booking while it reads: a booking that comes in between is no mistake.
    with one_view():
        return _verified()


def _verified() -> Proof:
    closings = ClosingProof()
    mistakes = [
        f"账户 {account_id}（{kind}）余额为 {balance}，按分录应为 {total}"
        for account_id, kind, balance, total in unbalanced_accounts()
    ]
    mistakes += [
        f"交易 {transfer_id} 的分录合计为 {total}，应为 0"
        for transfer_id, total in rows(
            Entry.select(Entry.transfer_id, fn.SUM(Entry.points))
            .group_by(Entry.transfer_id)
            .having(fn.SUM(Entry.points) != 0)
        )
    ]
    mistakes += [
        f"交易 {transfer_id} 记为 {points} 分，分录为 {moved} 分"
        for transfer_id, points, moved in _wrong_transfers()
    ]
    mistakes += [
        *_wrong_steps(),
        *_off_the_record(closings),
        *closings.mistakes(),
        *wrong_lots(),
        *wrong_holds(),
        *_wrong_holders(),
        *_wrong_redemptions(),
        *_wrong_shelves(),
        *wrong_stores(),
        *wrong_passbooks(),
    ]
    mistakes += [f"数据库里缺少防改动的触发器 {name}" for name in missing_triggers()]
    below = LedgerAccount.unscoped(_PROOF).where((LedgerAccount.balance < 0) & (LedgerAccount.kind != MINT))
    mistakes += [f"账户 {row.id} 余额为负：{row.balance}" for row in below]
    accounts = LedgerAccount.unscoped(_PROOF).count()
    return Proof(accounts, Entry.select().count(), mistakes)


def missing_triggers() -> list[str]:
    """The names of the triggers against changes that are no longer in the database."""
    return sorted(TRIGGERS - trigger_names())


def unbalanced_accounts() -> list[tuple[int, str, int, int]]:
    """Id, kind, balance and sum of the entries of every account where the last two differ."""
    # Each account's entries lie side by side in a covering index: adding them up where they lie costs
    # less than sums of all accounts that are then joined.
    total = Entry.select(fn.COALESCE(fn.SUM(Entry.points), 0)).where(
        Entry.ledger_account_id == LedgerAccount.id
    )
    found = rows(
        LedgerAccount.unscoped(
            _PROOF, LedgerAccount.id, LedgerAccount.kind, LedgerAccount.balance, total
        ).where(LedgerAccount.balance != total)
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _wrong_transfers() -> list[tuple[int, int, int]]:
    moved = fn.COALESCE(fn.SUM(Case(None, [(Entry.points > 0, Entry.points)], 0)), 0)
    found = rows(
        Transfer.unscoped(_PROOF, Transfer.id, Transfer.points, moved)
        .left_outer_join(Entry, on=(Entry.transfer_id == Transfer.id))
        .group_by(Transfer.id, Transfer.points)
        .having(moved != Transfer.points)
    )
    return [(row[0], row[1], row[2]) for row in found]


def _wrong_steps() -> Iterator[str]:
    """Entries whose balance afterwards is not the sum of the entries up to them."""
    held: dict[int, int] = {}
    steps = Entry.select(Entry.id, Entry.ledger_account_id, Entry.points, Entry.balance_after)
    for entry_id, account_id, points, after in raw_rows(steps.order_by(Entry.id)):
        expected = held.get(account_id, 0) + points
        if expected != after:
            yield f"分录 {entry_id} 记录的余额为 {after}，按顺序应为 {expected}"
        held[account_id] = after


def _off_the_record(closings: ClosingProof) -> Iterator[str]:
    """Bookings that the audit chain does not know, knows otherwise, or knows though they are gone."""
    ledger = _seen_by(closings)
    upcoming = next(ledger, None)
    for first, last, known in _recorded():
        digest, found = Digest(), 0
        while upcoming is not None and upcoming.id <= last:
            if upcoming.id < first:
                yield f"交易 {upcoming.id} 没有审计记录，可能是伪造的"
            else:
                digest.add(upcoming.text)
                found += 1
            upcoming = next(ledger, None)
        name = first if first == last else f"{first}–{last}"
        if found < last - first + 1:
            yield f"审计记录中的交易 {name} 在账上少了，可能被删除"
        elif digest.hex() != known:
            yield f"交易 {name} 与审计记录不符，可能被改动"
    while upcoming is not None:
        yield f"交易 {upcoming.id} 没有审计记录，可能是伪造的"
        upcoming = next(ledger, None)


def _recorded() -> list[tuple[int, int, str]]:
    """First and last transfer of each line on record, and their digest; in the order of the transfers."""
    lines = [
        (int(line["first"]), int(line["last"]), str(line["digest"]))
        for _, line in audit.details([*ACTIONS.values(), SEED_ACTION])
        if "digest" in line
    ]
    return sorted(lines, key=itemgetter(0))


def _seen_by(closings: ClosingProof) -> Iterator[Booked]:
    """Every booking once, for both who hold it against something: a county's ledger is long."""
    for booked in bookings():
        closings.see(booked)
        yield booked


def _wrong_holders() -> Iterator[str]:
    """Wallets that belong to somebody else than the record of their opening says."""
    lines = [d for _, d in audit.details([OPEN_ACTION, SEED_ACTION]) if "holders" in d]
    if not lines:
        return
    wallets = LedgerAccount.unscoped(
        _PROOF, LedgerAccount.id, LedgerAccount.household_id, LedgerAccount.person_id
    ).where((LedgerAccount.kind == WALLET) & (LedgerAccount.id >= min(it["first_wallet"] for it in lines)))
    found = {row[0]: holder(*row) for row in rows(wallets.order_by(LedgerAccount.id))}
    for line in lines:
        digest = Digest()
        for wallet_id in range(line["first_wallet"], line["last_wallet"] + 1):
            if wallet_id in found:
                digest.add(found.pop(wallet_id))
        if digest.hex() != line["holders"]:
            first, last = line["first_wallet"], line["last_wallet"]
            yield f"积分账户 {first if first == last else f'{first}–{last}'} 的户主与开户记录不符，可能被改动"
    for wallet_id in found:
        yield f"积分账户 {wallet_id} 没有开户记录，可能是伪造的"


def _wrong_redemptions() -> Iterator[str]:
    """Redemptions whose points are not those of their transfer and of their lines."""
    lines = fn.COALESCE(fn.SUM(RedemptionLine.points), 0)
    found = rows(
        Redemption.unscoped(_PROOF, Redemption.id, Redemption.points, Transfer.points, lines)
        .left_outer_join(Transfer, on=(Transfer.id == Redemption.transfer_id))
        .left_outer_join(RedemptionLine, on=(RedemptionLine.redemption_id == Redemption.id))
        .group_by(Redemption.id, Redemption.points, Transfer.points)
    )
    for redemption_id, points, moved, summed in found:
        if not points == moved == summed:
            yield f"兑换 {redemption_id} 记为 {points} 分，账上 {moved} 分，商品合计 {summed} 分"


def _wrong_shelves() -> Iterator[str]:
    """Goods whose stock is not the sum of what came and went."""
    moves = fn.COALESCE(fn.SUM(StockMove.quantity), 0)
    found = rows(
        Product.select(Product.id, Product.name, Product.stock, moves)
        .left_outer_join(StockMove, on=(StockMove.product_id == Product.id))
        .where(Product.stock.is_null(False))
        .group_by(Product.id, Product.name, Product.stock)
    )
    for product_id, name, stock, moved in found:
        if stock != moved:
            yield f"商品 {product_id}（{name}）库存为 {stock}，按进出记录应为 {moved}"
