"""A ledger of a million entries (`--large`: five): its proof, its chain, the first closing of a month."""

import hashlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from bench.figures import Rounds, Row, Run
from bench.ledger_data import MILLION, entries_of, long_county
from core.accounts.api import operator
from core.cli.context import opened_with_plugins
from core.clock import today
from core.county import county
from plugins.points_store.equation import month_of, next_month
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services.closings import close_month
from plugins.points_store.services.export import export_lines

VERIFY, EXPORT = "gridgov ledger verify", "gridgov export ledger"
BARE = "read and hash every booking in bare sqlite3"
FIRST, FURTHER = "first closing of the county's month", "closing of a village after it"


def measure(run: Run) -> list[Row]:
    """Seconds of wall and of the processor's time, for a million entries."""
    data, found = long_county(run), Rounds()
    entries = entries_of(data)
    for number in range(run.rounds):
        _timed(found, BARE, entries, lambda: _bare(data / "gridgov.db"))
        with opened_with_plugins(data):
            _timed(found, VERIFY, entries, _verify)
            _timed(found, EXPORT, entries, lambda: sum(1 for _ in export_lines(operator())))
        run.say(f"proof of {entries} entries, round {number + 1} of {run.rounds}")
    with opened_with_plugins(data):
        month, code = next_month(month_of(today()), -1), county().settings.county_code
        _timed(found, FIRST, entries, lambda: close_month(operator(), area_code=code, month=month))
        village = _village(data)
        _timed(found, FURTHER, entries, lambda: close_month(operator(), area_code=village, month=month))
        _timed(found, f"{VERIFY}, months closed", entries, _verify)
    run.say("months closed")
    scale = f"{entries} entries, a line on record for each booking"
    return [
        found.row(f"{BARE} cpu", "s", baseline=scale),
        found.row(f"{VERIFY} cpu", "s"),
        found.row(f"{VERIFY} cpu, a million entries", "s", "<= 30"),
        found.row(VERIFY, "s", baseline="by the clock on the wall"),
        found.ratio(f"{VERIFY} / {BARE}", f"{VERIFY} cpu", f"{BARE} cpu"),
        found.row(f"{VERIFY}, months closed cpu, a million entries", "s", "<= 30"),
        found.row(f"{EXPORT} cpu, a million entries", "s"),
        found.row(f"{FIRST} cpu", "s", "<= 10", baseline="it reads the whole ledger for its head"),
        found.row(FIRST, "s"),
        found.row(f"{FURTHER} cpu", "s", baseline="the head is carried on"),
    ]


def _verify() -> None:
    proof = verify_ledger()
    assert proof.mistakes == [], proof.mistakes[:3]


def _timed(found: Rounds, name: str, entries: int, work: Callable[[], object]) -> None:
    began, began_cpu = time.perf_counter(), time.process_time()
    work()
    cpu = time.process_time() - began_cpu
    found.add(name, time.perf_counter() - began)
    found.add(f"{name} cpu", cpu)
    found.add(f"{name} cpu, a million entries", cpu * MILLION / entries)


def _bare(file: Path) -> str:
    head = b""
    with closing(sqlite3.connect(file)) as db:
        legs = groupby(
            db.execute(
                "SELECT transfer_id, ledger_account_id, points FROM points_store_entry ORDER BY transfer_id"
            ),
            key=itemgetter(0),
        )
        transfers = db.execute(
            "SELECT id, kind, area_code, at, account_id, points, reason "
            "FROM points_store_transfer ORDER BY id"
        )
        for transfer, (_, own) in zip(transfers, legs, strict=True):
            head = hashlib.sha256(head + repr((transfer, list(own))).encode()).digest()
    return head.hex()


def _village(data: Path) -> str:
    with closing(sqlite3.connect(data / "gridgov.db")) as db:
        (code,) = db.execute("SELECT MIN(area_code) FROM points_store_store").fetchone()
    return str(code)
