"""Lending a thread's database connection to a helper that runs foreign code, and taking it back.

peewee keeps the connection in thread-local state. While the owner waits, one helper uses the same
connection: it sees what the owner has written, and costs no second one. A helper that does not
come back loses it: its next statement fails, and the owner goes on with one that nobody shares.
"""

import sqlite3
import threading
from typing import Any

from peewee import OperationalError

_here = threading.local()
_READ_ONLY = "attempt to write a readonly database"
_BUSINESS_OF_THE_KERNEL = "the database is the kernel's: a plugin does not open, close or commit it"


class ConnectionAbused(RuntimeError):
    """Foreign code gave the connection back in another state than it got it."""

    def __init__(self) -> None:
        super().__init__("数据库连接被改动（事务未结束，或连接的设置被改）")


class WriteRefused(RuntimeError):
    """Foreign code that was only asked something wanted to write, outside of any unit of work."""

    def __init__(self) -> None:
        super().__init__("回答问题时不能写数据库；写入要在自己的页面、任务或事件处理里，用 unit_of_work")


class _Revoked:
    """Stands where a helper that was given up had its connection."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("this thread was given up: it has no database any more")


_REVOKED = _Revoked()


class Lendable:
    """Put before peewee's pool class: what a borrower may not do with the database.

    Closing all connections breaks everybody's requests, so that is `shut_down`, and the kernel's.
    """

    def shut_down(self) -> None:
        """Close every connection, whoever uses it: the county is being closed."""
        super().close_all()  # type: ignore[misc]

    def close_all(self) -> None:
        """Refused, whoever asks."""
        raise RuntimeError(_BUSINESS_OF_THE_KERNEL)

    def close(self) -> bool:
        """Close this thread's connection; a lent one is its owner's."""
        demand_own()
        return bool(super().close())  # type: ignore[misc]

    def manual_close(self) -> Any:
        """As `close`, and not back into the pool."""
        demand_own()
        return super().manual_close()  # type: ignore[misc]

    def begin(self, *arguments: Any, **named: Any) -> None:
        """Begin a transaction: not for a borrower, who reads, or stands in its owner's transaction."""
        demand_own()
        super().begin(*arguments, **named)  # type: ignore[misc]

    def commit(self) -> Any:
        """Commit: the owner's business."""
        demand_own()
        return super().commit()  # type: ignore[misc]

    def rollback(self) -> Any:
        """Roll back: the owner's business."""
        demand_own()
        if not getattr(self._state.conn, "in_transaction", True):  # type: ignore[attr-defined]
            return None  # it ended before, by an error or by foreign code: nothing is left to undo
        return super().rollback()  # type: ignore[misc]

    def pragma(self, *arguments: Any, **named: Any) -> Any:
        """A setting of the connection."""
        demand_own()
        return super().pragma(*arguments, **named)  # type: ignore[misc]

    def discard(self) -> None:
        """Give this thread a fresh connection in place of one that somebody else may still hold."""
        state: dict[str, Any] = self._state.__dict__  # type: ignore[attr-defined]
        contexts, connection = state["ctx"], state["conn"]
        with self._pool_lock:  # type: ignore[attr-defined]
            self._in_use.pop(self.conn_key(connection), None)  # type: ignore[attr-defined]
        self._state.reset()  # type: ignore[attr-defined]
        try:
            self.connect()  # type: ignore[attr-defined]
        finally:
            state["ctx"] = contexts  # of `connection_context`, which goes on


def demand_own() -> None:
    """Raises RuntimeError in a helper whose connection is lent: it begins no transaction of its own."""
    if getattr(_here, "loan", None) is not None:
        raise RuntimeError(_BUSINESS_OF_THE_KERNEL)


class Loan:
    """One connection on its way to a helper and back. Made by its owner, who then waits."""

    def __init__(self, database: Any, unit: Any) -> None:
        """`unit`: the unit of work that the owner is in, if any. SQLite's has a connection of its own."""
        self._database = database
        owner = vars(database._state)
        self._closed: bool = owner["closed"]
        self._connection = owner["conn"]
        self._transactions: list[Any] = list(owner["transactions"])
        self._unit = unit if unit is not None and unit.connection is not None else None
        self._used = self._unit.connection if self._unit is not None else self._connection
        self._before = _state_of(self._used)
        self._borrower: dict[str, Any] = {}
        self._thread = 0
        self._may_only_read = False

    @property
    def _in_transaction(self) -> bool:
        return bool(self._transactions)

    def borrow(self) -> None:
        """In the helper: from here on the connection is this thread's."""
        self._borrower = vars(self._database._state)
        self._borrower.update(
            closed=self._closed,
            conn=self._connection,
            ctx=[],
            transactions=list(self._transactions),
            commit_callbacks=[],
        )
        self._thread = threading.get_ident()
        self._let_write(may=False)
        _here.loan = self

    def is_sound(self) -> bool:
        """In the helper: whether the connection is as it was when it came."""
        if self._used is None:
            return True  # the owner has none; what the helper opened for itself is closed at the end
        if self._unit is not None and self._connection is None:
            return bool(_state_of(self._used) == self._before)
        mine = self._borrower
        return (
            mine["conn"] is self._connection
            and not mine["closed"]
            and len(mine["transactions"]) == len(self._transactions)
            and _state_of(self._used) == self._before
        )

    def hand_back(self) -> None:
        """In the helper: it has no connection any more."""
        _here.loan = None
        self._let_write(may=True)
        if self._connection is None and not self._database.is_closed():
            self._database.close()
        self._database._state.reset()

    def _let_write(self, *, may: bool) -> None:
        # Outside of a unit of work SQLite would keep each statement by itself, with nobody on record. Two
        # round trips a question are too much for PostgreSQL, where only the rule forbids it.
        used = self._connection
        if self._unit is None and isinstance(used, sqlite3.Connection) and not self._in_transaction:
            used.execute(f"PRAGMA query_only = {int(not may)}")
            self._may_only_read = not may

    def refused(self, error: BaseException | None) -> bool:
        """Whether `error` is SQLite's word for a write that the loan does not allow, and no outage."""
        # Any other error is a plugin's own, and may not even be able to say what it is.
        is_sqlites = isinstance(error, sqlite3.OperationalError | OperationalError)
        return self._may_only_read and is_sqlites and _READ_ONLY in str(error)

    def bury(self) -> None:
        """When a helper that was given up has ended: close what nobody else uses."""
        if self._connection is not None and not self._in_transaction:
            self._connection.close()

    def revoke(self) -> None:
        """By the owner, of a helper that does not come back: end its statement, let it begin no other.

        Outside of a transaction the owner gets a fresh connection; inside one it must roll back,
        on the connection that has the transaction.
        """
        if self._borrower:
            self._borrower["conn"] = _REVOKED
        if self._unit is not None:
            self._unit.revoked.add(self._thread)
        if self._used is None:
            return
        # sqlite3's name for it, or psycopg's.
        stop = getattr(self._used, "interrupt", None) or self._used.cancel
        stop()
        self.replace(in_use=True)

    def replace(self, *, in_use: bool = False) -> None:
        """By the owner: a fresh connection for one that was abused, unless it stands in a transaction.

        One that is still `in_use` by a helper is closed when that has ended (`bury`).
        """
        if self._connection is None or self._in_transaction:
            return
        if _state_of(self._connection) != self._before:
            self._connection.rollback()  # a transaction left open would lock everybody out
        self._database.discard()
        if not in_use:
            self._connection.close()


def _state_of(connection: Any) -> Any:
    if connection is None:
        return None
    if hasattr(connection, "in_transaction"):  # sqlite3
        return connection.in_transaction, connection.row_factory, connection.isolation_level
    return connection.info.transaction_status, connection.row_factory, connection.autocommit
