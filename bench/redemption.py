"""One redemption, three ways: bare sqlite3, the service in process, the JSON interface over HTTP."""

import http.client
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.running import make_county, serving


@dataclass(frozen=True)
class Web:
    """Redemptions a second, and milliseconds."""

    rate: float
    p99: float
    worst: float


def bare_loop(folder: Path, seconds: float) -> float:
    """Redemptions a second of a bare one-thread sqlite3 loop: the same rows, nothing around them."""
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.executescript(
        """
        PRAGMA journal_mode=wal; PRAGMA synchronous=full;
        CREATE TABLE wallet (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0));
        CREATE TABLE code (code TEXT PRIMARY KEY, used_at INTEGER);
        CREATE TABLE transfer (id INTEGER PRIMARY KEY, at INTEGER, points INTEGER);
        CREATE TABLE entry (id INTEGER PRIMARY KEY, transfer_id INTEGER, wallet_id INTEGER, points INTEGER);
        CREATE TABLE product (id INTEGER PRIMARY KEY, stock INTEGER NOT NULL CHECK (stock >= 0));
        CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT, hash TEXT);
        CREATE TABLE answer (key TEXT PRIMARY KEY, body TEXT);
        INSERT INTO wallet VALUES (1, 1000000000), (2, 0);
        INSERT INTO product VALUES (1, 1000000000);
        """
    )
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        key = uuid.uuid4().hex
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO code VALUES (?, ?)", (key, done))
        db.execute("UPDATE product SET stock = stock - 1 WHERE id = 1 AND stock >= 1")
        cursor = db.execute("INSERT INTO transfer (at, points) VALUES (?, 1)", (done,))
        for wallet, points in ((1, -1), (2, 1)):
            db.execute("UPDATE wallet SET balance = balance + ? WHERE id = ?", (points, wallet))
            db.execute(
                "INSERT INTO entry (transfer_id, wallet_id, points) VALUES (?, ?, ?)",
                (cursor.lastrowid, wallet, points),
            )
        db.execute("INSERT INTO audit (line, hash) VALUES (?, ?)", (key, key))
        db.execute("INSERT INTO answer VALUES (?, ?)", (key, "{}"))
        db.execute("COMMIT")
        done += 1
    db.close()
    return done / seconds


def in_process(data: Path, seconds: float, *, callers: int) -> float:
    """Redemptions a second through the service, with `callers` threads; codes are made beforehand."""
    county = make_county(data)
    from core.accounts.api import actor_for
    from core.app import load_plugins
    from core.county import close_county, open_county
    from core.db import database
    from plugins.points_store.services import redemption

    opened = open_county(data)
    with database.connection_context():
        load_plugins(opened)
        store = county["stores"][0]
        clerk = actor_for(int(store["clerk_account_ids"][0]))
        pick = redemption.Pick(_cheapest(county, store["id"]), 1)
        codes = _codes(county, 4000 + int(seconds * 3000))
    lock = threading.Lock()
    done = 0

    def work(end: float) -> None:
        nonlocal done
        with database.connection_context():
            while time.perf_counter() < end:
                with lock:
                    code = codes.pop()
                redemption.redeem(clerk, store_id=int(store["id"]), raw_code=code, picks=[pick])
                with lock:
                    done += 1

    _run(work, callers, seconds)
    close_county()
    return done / seconds


def _cheapest(county: dict[str, Any], store_id: str) -> int:
    shelf = [p for p in county["products"] if p["store_id"] == store_id and p["stock"] == 1_000_000]
    return int(shelf[0]["id"])


def _codes(county: dict[str, Any], count: int) -> list[str]:
    # The wallet of 50,000 points is topped up, so that the measurement never meets its end.
    from datetime import timedelta

    from core import qr
    from core.clock import now
    from core.db import unit_of_work
    from plugins.points_store.models import Entry, LedgerAccount, RedeemCode, Transfer

    wallet = max(county["wallets"], key=lambda wallet: int(wallet["balance"]))
    codes = [qr.new_subject() for _ in range(count)]
    at = now()
    with unit_of_work(housekeeping="a benchmark"):
        rows = [
            {
                "code": code,
                "wallet_id": int(wallet["id"]),
                "issued_at": at,
                "expires_at": at + timedelta(hours=1),
            }
            for code in codes
        ]
        for start in range(0, len(rows), 2000):
            RedeemCode.insert_many(rows[start : start + 2000]).execute()
        more = 100 * count
        mint = LedgerAccount.unscoped("a benchmark").where(LedgerAccount.kind == "mint").get()
        transfer = Transfer.create(
            kind="award", area_code=wallet.get("area_code", "0"), at=at, points=more, reason=""
        )
        for account_id, points in ((mint.id, -more), (int(wallet["id"]), more)):
            LedgerAccount.update(balance=LedgerAccount.balance + points).where(
                LedgerAccount.id == account_id
            ).execute()
            Entry.create(
                transfer_id=transfer.id, ledger_account_id=account_id, points=points, balance_after=0
            )
    return codes


def over_http(data: Path, seconds: float, *, clients: int) -> Web:
    """The same over HTTP with everything on: token, scope, idempotency key, audit."""
    county = make_county(data)
    from core.app import load_plugins
    from core.county import close_county, open_county
    from core.db import database

    opened = open_county(data)
    with database.connection_context():
        load_plugins(opened)
        codes = _codes(county, 4000 + int(seconds * 3000))
    close_county()
    store = county["stores"][0]
    account = next(a for a in county["accounts"] if a["id"] == store["clerk_account_ids"][0])
    product = str(_cheapest(county, store["id"]))
    lock, times = threading.Lock(), []
    with serving(data) as url:
        place = url.removeprefix("http://")

        def work(end: float) -> None:
            link = http.client.HTTPConnection(place)
            own = []
            while time.perf_counter() < end:
                with lock:
                    code = codes.pop()
                body = {
                    "store_id": store["id"],
                    "code": code,
                    "items": [{"product_id": product, "quantity": 1}],
                }
                started = time.perf_counter()
                link.request(
                    "POST",
                    "/api/v1/redemptions",
                    json.dumps(body),
                    {
                        "Authorization": f"Bearer {account['token']}",
                        "Content-Type": "application/json",
                        "Idempotency-Key": uuid.uuid4().hex,
                    },
                )
                answer = link.getresponse()
                text = answer.read()
                assert answer.status == 201, text
                own.append(time.perf_counter() - started)
            with lock:
                times.extend(own)

        _run(work, clients, seconds)
    times.sort()
    return Web(len(times) / seconds, 1000 * times[int(len(times) * 0.99)], 1000 * times[-1])


def _run(work: Callable[[float], None], callers: int, seconds: float) -> None:
    failures: list[BaseException] = []

    def guarded(end: float) -> None:
        try:
            work(end)
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            failures.append(error)

    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=guarded, args=(end,)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
