"""The proof of all balances against a bare sum; redemptions while backups run in a loop."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.counties import Shop, shop_of
from bench.figures import Rounds, Row, Run
from bench.load import Answered, begin, warm_seconds
from bench.redemption import FASTEST
from core.cli.context import opened_with_plugins
from core.db import database
from plugins.points_store.queries.proof import unbalanced_accounts, verify_ledger
from tools.running import serving

CLIENTS, TIMES = 8, 5
_SUM = "SELECT SUM(points) FROM points_store_entry"
PROOF, SUM = "proof of all balances", "bare sum of the entries"
WITH, WITHOUT = "8 clients while backups run", "8 clients"


def measure(run: Run) -> list[Row]:
    """P12."""
    found = Rounds()
    entries = _prove(run, found)
    shop = shop_of(run, "backup")
    for number in range(run.rounds):
        found.add(WITHOUT, _sell(run, shop, backups=False)[0].rate)
        answered, made = _sell(run, shop, backups=True)
        for name, figure in (("", answered.rate), (" p99", answered.p99), (" worst", answered.worst)):
            found.add(WITH + name, figure)
        found.add("backups", made / (run.seconds + warm_seconds(run.seconds)))
        run.say(f"redemptions during backup, round {number + 1} of {run.rounds}")
    return [
        found.row(SUM, "ms", baseline=f"{entries} entries"),
        found.row(PROOF, "ms"),
        found.ratio("P12 proof of all balances / bare sum", PROOF, SUM, "<= 5, then <= 2.5"),
        found.row("gridgov ledger verify", "ms", baseline="all of it: steps, transfers, shelves, record"),
        found.row(WITHOUT, "/s"),
        found.row(WITH, "/s"),
        found.ratio("P12 redemptions during backup / without", WITH, WITHOUT, ">= 0.85, then >= 0.95"),
        found.row(f"{WITH} p99", "ms"),
        found.row(f"{WITH} worst", "ms"),
        found.row("backups", "/s", baseline="by SQLite's backup API, one after the other"),
    ]


def _prove(run: Run, found: Rounds) -> int:
    with opened_with_plugins(run.county):
        for _ in range(run.rounds):
            found.add(SUM, _best(lambda: database.execute_sql(_SUM).fetchone()))
            found.add(PROOF, _best(unbalanced_accounts))
            found.add("gridgov ledger verify", _best(verify_ledger, times=1))
        run.say("proof of all balances")
        return verify_ledger().entries


def _best(work: Callable[[], object], times: int = TIMES) -> float:
    """Milliseconds of the quickest of a few: what it costs, without what else the machine did."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return 1000 * min(took)


def _sell(run: Run, shop: Shop, *, backups: bool) -> tuple[Answered, int]:
    enough = int((run.seconds + warm_seconds(run.seconds)) * FASTEST) + CLIENTS
    requests = [sale.request() for sale in shop.sales(enough)]
    with serving(shop.data) as url:
        driving = begin(url, requests, clients=CLIENTS, seconds=run.seconds)
        made = 0
        while backups and not driving.is_over():
            _back_up(shop.data / "gridgov.db", shop.data.parent / "copy.db")
            made += 1
        return driving.result().demand(201), made


def _back_up(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
