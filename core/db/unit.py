"""What one transaction gathers besides rows, and which one this thread is in."""

import sqlite3
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

# How long a unit waits for its turn, and a thread for a connection.
WRITE_WAIT_SECONDS = 5.0
Mark = tuple[bool, bool, int, int]


class UnitOfWork:
    """What one transaction gathers besides rows.

    `lines` wait for the end of the unit, when `before_commit` puts them on record (core.audit);
    `after_commit` is called when all of it is safe on the disk.
    """

    def __init__(self, housekeeping: str | None, *, shared: bool) -> None:
        self.housekeeping = housekeeping
        self.shared = shared
        self.deeds = housekeeping is None
        self.audited = False
        self.depth = 0
        self.lines: list[Any] = []
        self.before_commit: list[Callable[[], None]] = []
        self.after_commit: list[Callable[[], None]] = []
        # SQLite: the connection that all units of work share, one after the other.
        self.connection: sqlite3.Connection | None = None
        # Threads that were lent the unit and given up (core.plugin_host.bounded): they get at nothing more.
        self.revoked: set[int] = set()

    def demand_not_revoked(self) -> None:
        """Raises RuntimeError in a thread that was given up."""
        if threading.get_ident() in self.revoked:
            raise RuntimeError("this thread was given up: it has no database any more")

    def mark(self) -> Mark:
        """Where a step inside begins, for `back_to`."""
        return self.audited, self.deeds, len(self.lines), len(self.after_commit)

    def back_to(self, mark: Mark) -> None:
        """Forget what a step inside has gathered: it was undone."""
        self.audited, self.deeds, lines, actions = mark
        del self.lines[lines:]
        del self.after_commit[actions:]


_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)


def current_unit() -> UnitOfWork | None:
    """The unit of work that this thread is in, if any."""
    return _current.get()


enter_unit = _current.set
leave_unit = _current.reset
