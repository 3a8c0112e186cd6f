"""The baselines of a redemption: bare loops of the same transaction, with nothing around them."""

import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from plugins.points_store.models import FUND, MINT, STORE, WALLET

_TABLES = """
    PRAGMA journal_mode=wal; PRAGMA synchronous=full;
    CREATE TABLE wallet (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0));
    CREATE TABLE code (code TEXT PRIMARY KEY, used_at INTEGER);
    CREATE TABLE transfer (id INTEGER PRIMARY KEY, at INTEGER, points INTEGER);
    CREATE TABLE entry (id INTEGER PRIMARY KEY, transfer_id INTEGER, wallet_id INTEGER, points INTEGER);
    CREATE TABLE product (id INTEGER PRIMARY KEY, stock INTEGER NOT NULL CHECK (stock >= 0));
    CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT, hash TEXT);
    CREATE TABLE answer (key TEXT PRIMARY KEY, body TEXT);
    CREATE TABLE line (id INTEGER PRIMARY KEY, transfer_id INTEGER, product_id INTEGER, points INTEGER);
    CREATE TABLE voucher (code TEXT PRIMARY KEY, line_id INTEGER, wallet_id INTEGER, until INTEGER);
    CREATE TABLE spent (day INTEGER PRIMARY KEY, points INTEGER);
    INSERT INTO wallet VALUES (1, 1000000000), (2, 0);
    INSERT INTO product VALUES (1, 1000000000);
    INSERT INTO spent VALUES (1, 0);
"""


def bare_loop(file: Path, seconds: float, *, full: bool = False) -> float:
    """Redemptions a second of one thread: code, stock, transfer, two legs, audit line, stored answer.

    `full`: with two lines, one of them a service, its voucher and that one's audit line, and a limit a day.
    """
    db = sqlite3.connect(file, isolation_level=None)
    if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        db.executescript(_TABLES)
    db.execute("PRAGMA synchronous=full")

    def redeem(number: int) -> None:
        key = uuid.uuid4().hex
        db.execute("INSERT INTO code VALUES (?, ?)", (key, number))
        db.execute("UPDATE product SET stock = stock - 1 WHERE id = 1 AND stock >= 1")
        cursor = db.execute("INSERT INTO transfer (at, points) VALUES (?, 1)", (number,))
        for wallet, points in ((1, -1), (2, 1)):
            db.execute("UPDATE wallet SET balance = balance + ? WHERE id = ?", (points, wallet))
            db.execute(
                "INSERT INTO entry (transfer_id, wallet_id, points) VALUES (?, ?, ?)",
                (cursor.lastrowid, wallet, points),
            )
        db.execute("INSERT INTO audit (line, hash) VALUES (?, ?)", (key, key))
        db.execute("INSERT INTO answer VALUES (?, ?)", (key, "{}"))
        if full:
            db.execute("UPDATE spent SET points = points + 1 WHERE day = 1 AND points < 1000000000")
            for product in (1, 2):
                line = db.execute(
                    "INSERT INTO line (transfer_id, product_id, points) VALUES (?, ?, 1)",
                    (cursor.lastrowid, product),
                )
            db.execute("INSERT INTO voucher VALUES (?, ?, 1, ?)", (key, line.lastrowid, number))
            db.execute("INSERT INTO audit (line, hash) VALUES (?, ?)", (key, key))

    return _count(db, redeem, seconds)


def same_tables(file: Path, seconds: float) -> float:
    """The same over a copy of a county's database: every column, index and trigger that gridgov writes.

    What it does less than `bare_loop` is the price of the schema, whoever writes it. `file` is made
    useless as a ledger.
    """
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode=wal")
    db.execute("PRAGMA synchronous=full")
    wallets = [key for (key,) in db.execute(_ACCOUNTS, (WALLET,))]
    takings = _takings(db)
    products = db.execute(
        "SELECT product.id, store_id, name, product.points FROM points_store_product AS product "
        "WHERE stock IS NOT NULL ORDER BY product.id"
    ).fetchall()
    db.execute(
        "UPDATE points_store_ledger_account SET balance = 1000000000 WHERE kind IN (?, ?)", (WALLET, FUND)
    )
    db.execute("UPDATE points_store_product SET stock = 1000000000 WHERE stock IS NOT NULL")
    codes = _fresh_codes(db, wallets, int(seconds * 20_000))

    def redeem(number: int) -> None:
        code, at = codes.pop(), 1_700_000_000_000 + number
        product, store, name, points = products[number % len(products)]
        wallet, key = wallets[number % len(wallets)], code * 4
        db.execute(
            "UPDATE points_store_redeem_code SET used_at = ? WHERE code = ? AND used_at IS NULL", (at, code)
        )
        (stock,) = db.execute(_TAKE, (product,)).fetchone()
        db.execute(_STOCK_MOVE, (product, -1, stock, at))
        transfer = db.execute(_TRANSFER, (at, points)).lastrowid
        for account, moved in ((wallet, -points), (takings[store], points)):
            (balance,) = db.execute(_MOVE, (moved, account)).fetchone()
            db.execute(_ENTRY, (transfer, account, moved, balance))
        redemption = db.execute(_REDEMPTION, (transfer, store, wallet, points, at)).lastrowid
        db.execute(_LINE, (redemption, product, name, points))
        db.execute(_AUDIT, (at, f"transfer:{transfer}", f'{{"digest":"{key}{key}"}}', key * 2, key * 2))
        db.execute(_ANSWER, (key, key * 2, key.encode() * 7, at))

    return _count(db, redeem, seconds)


def _takings(db: sqlite3.Connection) -> dict[int, int]:
    for (store,) in db.execute("SELECT id FROM points_store_store").fetchall():
        db.execute(
            "INSERT INTO points_store_ledger_account (kind, area_code, store_id, balance, opened_at) "
            "SELECT ?, '341504001001', ?, 0, 0 WHERE NOT EXISTS "
            "(SELECT 1 FROM points_store_ledger_account WHERE kind = ? AND store_id = ?)",
            (STORE, store, STORE, store),
        )
    rows = db.execute("SELECT store_id, id FROM points_store_ledger_account WHERE kind = ?", (STORE,))
    return dict(rows.fetchall())


def _fresh_codes(db: sqlite3.Connection, wallets: list[int], count: int) -> list[str]:
    codes = [uuid.uuid4().hex[:8] for _ in range(count)]
    db.execute("BEGIN")
    db.executemany(
        "INSERT OR IGNORE INTO points_store_redeem_code (code, wallet_id, issued_at, expires_at) "
        "VALUES (?, ?, 0, 0)",
        ((code, wallets[number % len(wallets)]) for number, code in enumerate(codes)),
    )
    db.execute("COMMIT")
    return codes


_ACCOUNTS = "SELECT id FROM points_store_ledger_account WHERE kind = ? ORDER BY id"
_TAKE = "UPDATE points_store_product SET stock = stock - 1 WHERE id = ? AND stock >= 1 RETURNING stock"
_STOCK_MOVE = (
    "INSERT INTO points_store_stock_move (product_id, kind, quantity, stock_after, at, account_id, note) "
    "VALUES (?, 'redemption', ?, ?, ?, 1, '')"
)
_TRANSFER = (
    "INSERT INTO points_store_transfer "
    "(kind, area_code, at, account_id, points, rule_id, reason, reverses_id) "
    "VALUES ('redemption', '341504001001', ?, 1, ?, NULL, '', NULL)"
)
_MOVE = (
    "UPDATE points_store_ledger_account SET balance = balance + ?1 "
    f"WHERE id = ?2 AND (balance + ?1 >= 0 OR kind = '{MINT}') RETURNING balance"
)
_ENTRY = (
    "INSERT INTO points_store_entry (transfer_id, ledger_account_id, points, balance_after) "
    "VALUES (?, ?, ?, ?)"
)
_REDEMPTION = (
    "INSERT INTO points_store_redemption (transfer_id, area_code, store_id, wallet_id, clerk_id, "
    "clerk_person_id, card_id, points, at, day) "
    "VALUES (?, '341504001001', ?, ?, 1, 1, NULL, ?, ?, '2026-01-01')"
)
_LINE = (
    "INSERT INTO points_store_redemption_line (redemption_id, product_id, name, quantity, points) "
    "VALUES (?, ?, ?, 1, ?)"
)
_AUDIT = (
    "INSERT INTO core_audit_line (at, account_id, action, area_code, subject, detail, previous, hash) "
    "VALUES (?, 1, 'points_store.redeem_points', '341504001001', ?, ?, ?, ?)"
)
_ANSWER = (
    "INSERT INTO core_stored_answer (account_id, key, fingerprint, status, headers, body, created_at) "
    'VALUES (1, ?, ?, 201, \'{"Content-Type": "application/json"}\', ?, ?)'
)


def _count(db: sqlite3.Connection, redeem: Callable[[int], None], seconds: float) -> float:
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        db.execute("BEGIN IMMEDIATE")
        redeem(done)
        db.execute("COMMIT")
        done += 1
    db.close()
    return done / seconds
