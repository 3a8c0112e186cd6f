"""gridgov with one flaw built in: the proofs must find it, or they prove nothing.

python -m tests.proofs.careless FLAW serve --data ... --port ...
"""

import re
import sqlite3
import sys
import time
from typing import Any

import psycopg

from core import problems
from core.cli import main
from core.db import checkpoints, turnstile
from plugins.points_store.models import LedgerAccount
from plugins.points_store.services import ledger

_connect, _execute = sqlite3.connect, psycopg.Cursor.execute
_TRANSACTION = re.compile(
    r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SELECT pg_advisory|PRAGMA busy)", re.I
)


class _NoTransaction(sqlite3.Cursor):
    """Every statement commits by itself, and nobody waits for a turn."""

    def execute(self, sql: str, *values: Any) -> "_NoTransaction":
        if not _TRANSACTION.match(sql):
            super().execute(sql, *values)
        return self


class _Normal(sqlite3.Cursor):
    """Commits do not wait for the disk."""

    def execute(self, sql: str, *values: Any) -> "_Normal":
        super().execute("PRAGMA synchronous = normal" if "synchronous" in sql.lower() else sql, *values)
        return self


def _connect_with(cursor: type[sqlite3.Cursor]) -> None:
    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any) -> sqlite3.Cursor:  # type: ignore[override]
            return super().cursor(cursor)

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return self.cursor().execute(sql, *values)

    sqlite3.connect = lambda *a, **more: _connect(*a, **{**more, "factory": Connection, "timeout": 30})  # type: ignore


def no_transaction() -> None:
    """A redemption is a dozen commits: what stops in between stays half done."""
    _connect_with(_NoTransaction)

    def execute(self: Any, query: Any, *values: Any, **more: Any) -> Any:
        swallowed = isinstance(query, str) and _TRANSACTION.match(query)
        return self if swallowed else _execute(self, query, *values, **more)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign,assignment]


def check_then_write() -> None:
    """A balance is looked at first and written later, by nobody's turn."""
    no_transaction()
    turnstile.Turnstile.enter = lambda *_: None  # type: ignore[method-assign]

    def move(leg: ledger.Leg) -> tuple[int, str]:
        account = LedgerAccount.unscoped("a flaw").where(LedgerAccount.id == leg.ledger_account_id).get()
        if account.kind == "wallet" and account.balance + leg.points < 0:
            raise ledger.InsufficientPoints(needed=-leg.points, balance=account.balance)
        time.sleep(0.02)
        after = int(account.balance) + leg.points
        LedgerAccount.update(balance=after).where(LedgerAccount.id == account.id).execute()
        return after, str(account.kind)

    assert callable(ledger._move), "the flaw must take the place of something"
    ledger._move = move


def normal_sync() -> None:
    """What is acknowledged may still be in memory only."""
    connect = psycopg.connect

    def hasty(*place: Any, options: str = "", **more: Any) -> Any:
        return connect(*place, options=options.replace("commit=on", "commit=off"), **more)

    psycopg.connect = hasty
    # A checkpoint flushes the log whatever the setting; right before the cut it would hide the flaw.
    checkpoints.EVERY_SECONDS = 3600.0
    _connect_with(_Normal)


def outage_unseen() -> None:
    """A database that is locked or full is taken for a mistake of the program."""
    assert callable(problems.is_outage)
    problems.is_outage = lambda _error: False


FLAWS = {flaw.__name__: flaw for flaw in (no_transaction, check_then_write, normal_sync, outage_unseen)}

if __name__ == "__main__":
    FLAWS[sys.argv.pop(1)]()
    main()
