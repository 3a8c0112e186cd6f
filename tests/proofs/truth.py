"""The book as it lies in the database, looked at from outside: plain SQL, nothing of the program.

`mistakes` lists whatever does not hold; a county that nobody has harmed has none.
"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from tests.proofs.load import Answer
from tests.proofs.server import POSTGRESQL, SQLITE, Site

Select = Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def looking(site: Site) -> Iterator[Select]:
    """Selects that all see one moment of the county's database."""
    if site.database == POSTGRESQL:
        with psycopg.connect(site.address) as link:
            link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield lambda sql: link.execute(sql).fetchall()
        return
    with closing(sqlite3.connect(site.data / "gridgov.db", isolation_level=None, timeout=30)) as db:
        db.execute("BEGIN")
        yield lambda sql: db.execute(sql).fetchall()


def county_mistakes(site: Site, answers: Iterable[Answer] = ()) -> list[str]:
    """Everything that does not hold in the county, and every acknowledged redemption that it lost."""
    with looking(site) as select:
        whole = select("PRAGMA integrity_check") if site.database == SQLITE else [("ok",)]
        found = [] if whole == [("ok",)] else [f"integrity_check: {whole[0][0]}"]
        return [*found, *mistakes(select), *lost(select, answers), *check_events(select)]


def mistakes(select: Select) -> list[str]:
    """What does not hold: sums, balances, halves of bookings, the audit chain and what it vouches for."""
    return [
        *_book(select),
        *_steps(select),
        *_redemptions(select),
        *_goods(select),
        *_chain(select),
        *_vouched(select),
    ]


def _book(select: Select) -> Iterator[str]:
    ((total,),) = select("SELECT COALESCE(SUM(points), 0) FROM points_store_entry")
    if total:
        yield f"all entries sum to {total}"
    legs = defaultdict(list)
    for transfer, points in select("SELECT transfer_id, points FROM points_store_entry"):
        legs[transfer].append(points)
    for transfer, points in select("SELECT id, points FROM points_store_transfer"):
        own = legs.pop(transfer, [])
        if len(own) < 2 or sum(own) or sum(leg for leg in own if leg > 0) != points:
            yield f"transfer {transfer} of {points} has legs {own}"
    yield from (f"entries of no transfer {transfer}" for transfer in legs)


def _steps(select: Select) -> Iterator[str]:
    held: Counter[int] = Counter()
    walk = "SELECT id, ledger_account_id, points, balance_after FROM points_store_entry ORDER BY id"
    for entry, account, points, after in select(walk):
        held[account] += points
        if held[account] != after:
            yield f"entry {entry} says {after}, its account holds {held[account]}"
    for account, kind, balance in select("SELECT id, kind, balance FROM points_store_ledger_account"):
        if balance != held[account]:
            yield f"account {account} holds {balance}, its entries say {held[account]}"
        if balance < 0 and kind != "mint":
            yield f"account {account} ({kind}) is below zero: {balance}"


def _redemptions(select: Select) -> Iterator[str]:
    lines: Counter[int] = Counter()
    for redemption, points in select("SELECT redemption_id, points FROM points_store_redemption_line"):
        lines[redemption] += points
    moved = dict(select("SELECT id, points FROM points_store_transfer WHERE kind = 'redemption'"))
    shown: Counter[int] = Counter()
    for number, transfer, wallet, card, points in select(
        "SELECT id, transfer_id, wallet_id, card_id, points FROM points_store_redemption"
    ):
        booked, summed = moved.pop(transfer, None), lines.pop(number, None)
        if not points == booked == summed:
            yield f"redemption {number} of {points}: booked {booked}, its lines {summed}"
        shown[wallet] += card is None
    yield from (f"transfer {transfer} has no redemption" for transfer in moved)
    yield from (f"lines of no redemption {number}" for number in lines)
    used = Counter(
        wallet
        for (wallet,) in select("SELECT wallet_id FROM points_store_redeem_code WHERE used_at IS NOT NULL")
    )
    for wallet in used | shown:
        if used[wallet] != shown[wallet]:
            yield f"wallet {wallet}: {used[wallet]} codes are used for {shown[wallet]} redemptions"


def _goods(select: Select) -> Iterator[str]:
    moved = dict(select("SELECT product_id, SUM(quantity) FROM points_store_stock_move GROUP BY product_id"))
    for product, stock in select("SELECT id, stock FROM points_store_product WHERE stock IS NOT NULL"):
        if stock != moved.get(product, 0):
            yield f"product {product}: {stock} on the shelf, {moved.get(product, 0)} by its moves"


def _chain(select: Select) -> Iterator[str]:
    previous = "0" * 64
    for number, *parts, before, stored in select(
        "SELECT seq, at, account_id, action, area_code, subject, detail, previous, hash "
        "FROM core_audit_line ORDER BY seq"
    ):
        line = json.dumps([previous, *parts], ensure_ascii=False, separators=(",", ":"))
        if before != previous or hashlib.sha256(line.encode()).hexdigest() != stored:
            yield f"the audit chain breaks at line {number}"
            return
        previous = stored


def _vouched(select: Select) -> Iterator[str]:
    """Every booking stands in the audit chain, once, as it is."""
    texts = _texts(select)
    for number, action, detail in select("SELECT seq, action, detail FROM core_audit_line ORDER BY seq"):
        line = json.loads(detail)
        # Other books have digests of their own.
        if "digest" not in line or not action.startswith("points_store."):
            continue
        span = [texts.pop(transfer, "") for transfer in range(line["first"], line["last"] + 1)]
        digest = hashlib.sha256("".join(f"{text}\n" for text in span).encode()).hexdigest()
        if "" in span or digest != line["digest"]:
            yield f"audit line {number} does not fit the transfers {line['first']} to {line['last']}"
    yield from (f"no audit line vouches for transfer {transfer}" for transfer in texts)


def _texts(select: Select) -> dict[int, str]:
    legs, lines = defaultdict(list), defaultdict(list)
    for transfer, *leg in select("SELECT transfer_id, ledger_account_id, points FROM points_store_entry"):
        legs[transfer].append(leg)
    for number, *line in select(
        "SELECT redemption_id, product_id, name, quantity, points FROM points_store_redemption_line"
    ):
        lines[number].append(line)
    goods = {
        transfer: _text([store, wallet, clerk, sorted(lines[number])])
        for number, transfer, store, wallet, clerk in select(
            "SELECT id, transfer_id, store_id, wallet_id, clerk_id FROM points_store_redemption"
        )
    }
    return {
        transfer: _text([*rest, sorted(legs[transfer]), goods.get(transfer, "")])
        for transfer, *rest in select(
            "SELECT id, kind, area_code, at, account_id, reason, rule_id, reverses_id "
            "FROM points_store_transfer"
        )
    }


def _text(parts: list[Any]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def lost(select: Select, answers: Iterable[Answer]) -> Iterator[str]:
    """Redemptions that were acknowledged (201) but are not there as they were answered."""
    keys = {
        (account, key): status
        for account, key, status in select("SELECT account_id, key, status FROM core_stored_answer")
    }
    booked = {
        number: (points, after)
        for number, points, after in select(
            "SELECT r.id, r.points, e.balance_after FROM points_store_redemption r "
            "JOIN points_store_entry e "
            "ON e.transfer_id = r.transfer_id AND e.ledger_account_id = r.wallet_id"
        )
    }
    for answer in answers:
        if answer.status != 201:
            continue
        if keys.get((answer.request.account_id, answer.request.key)) != 201:
            yield f"the answer to {answer.request.key} is not stored"
        told = answer.json
        if booked.get(int(told["id"])) != (told["points"], told["balance_after"]):
            yield f"redemption {told['id']} was acknowledged and is not there"


def deeds_by_key(select: Select) -> tuple[int, int]:
    """How many redemptions there are, and how many keys were answered with one."""
    ((booked,),) = select("SELECT COUNT(*) FROM points_store_redemption")
    ((answered,),) = select("SELECT COUNT(*) FROM core_stored_answer WHERE status = 201")
    return int(booked), int(answered)


def check_events(select: Select) -> Iterator[str]:
    """Every redemption is told once, to everybody who listens; nothing is told that is not there."""
    told = Counter(
        subject
        for (subject,) in select("SELECT subject FROM core_event WHERE kind = 'points_store.PointsRedeemed'")
    )
    booked = {
        f"transfer:{transfer}" for (transfer,) in select("SELECT transfer_id FROM points_store_redemption")
    }
    yield from (f"{subject} is told {told[subject]} times" for subject in booked if told[subject] != 1)
    yield from (f"{subject} is told and not there" for subject in told if subject not in booked)
    undelivered = select(
        "SELECT e.id FROM core_event e LEFT JOIN core_delivery d ON d.event_id = e.id "
        "WHERE e.kind = 'points_store.PointsRedeemed' GROUP BY e.id HAVING COUNT(d.id) <> 1"
    )
    yield from (f"event {event} is not on its way to its one listener" for (event,) in undelivered)


def undelivered(select: Select) -> int:
    """How many deliveries are still open."""
    ((waiting,),) = select("SELECT COUNT(*) FROM core_delivery WHERE done_at IS NULL")
    return int(waiting)


def figure_mistakes(select: Select) -> Iterator[str]:
    """Where a listener has counted redemptions otherwise than once each; ask when nothing is undelivered."""
    ((bookings, points),) = select(
        "SELECT COALESCE(SUM(bookings), 0), COALESCE(SUM(points), 0) FROM points_store_day "
        "WHERE kind = 'redemption'"
    )
    ((booked, moved),) = select("SELECT COUNT(*), COALESCE(SUM(points), 0) FROM points_store_redemption")
    if (bookings, points) != (booked, moved):
        yield f"{booked} redemptions of {moved} points were counted as {bookings} of {points}"
