"""SQLite's one writer: units of work take turns on one connection and are committed in groups.

A commit waits for the disk far longer than its statements take. So a unit that finds others
waiting leaves the transaction open for the next one and waits; the last of the group commits for
all. Each unit is a savepoint of its own: one that fails undoes itself and nobody else. Nobody is
told anything, neither a success nor a refusal, before what it was built on is safe on the disk.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from peewee import OperationalError

from core.db.fair_lock import FairLock
from core.db.turnstile import Turnstile

MOST_MEMBERS = 64
LONGEST_SECONDS = 0.02
_RETRY_SECONDS = 0.002


class Group:
    """Units of work that are committed together."""

    def __init__(self) -> None:
        self.size = 0
        self.began = time.monotonic()
        self.done = threading.Event()
        self.failure: BaseException | None = None

    def is_full(self) -> bool:
        """Whether the next one must begin a group of its own."""
        return self.size >= MOST_MEMBERS or time.monotonic() - self.began > LONGEST_SECONDS

    def end(self, failure: BaseException | None = None) -> None:
        """Tell every member what became of it."""
        self.failure = failure
        self.done.set()

    def wait(self) -> None:
        """Until it is safe on the disk. Raises OperationalError when the commit failed."""
        self.done.wait()
        if self.failure is not None:
            raise OperationalError(f"the commit failed: {self.failure}") from self.failure


class _Turn(FairLock):
    def __init__(self, pass_on: Callable[[], None]) -> None:
        super().__init__()
        self._pass_on = pass_on

    def give_up(self) -> None:
        self._pass_on()


class GroupCommit:
    """The writer of one SQLite database in this process."""

    def __init__(self, open_connection: Callable[[], sqlite3.Connection], turnstile: Turnstile) -> None:
        self._open = open_connection
        self._turnstile = turnstile
        self._turn = _Turn(self._pass_on)
        # The following belong to whoever holds the turn.
        self._connection: sqlite3.Connection | None = None
        self._group: Group | None = None

    @contextmanager
    def member(self, deadline: float, *, shared: bool) -> Iterator[sqlite3.Connection]:
        """One unit of work: the connection for its statements; at the end it is safe on the disk.

        `shared`: may be committed together with others, since it is short. Raises Busy when the turn
        does not come until `deadline` (monotonic seconds), OperationalError for what the disk refuses.
        """
        self._turn.acquire(max(0.0, deadline - time.monotonic()))
        try:
            connection, group = self._join(deadline, shared=shared)
        except BaseException:
            self._pass_on()
            raise
        try:
            yield connection
            if group.size:
                connection.execute("RELEASE member")
        except BaseException as error:
            leans_on = group if group.size else None
            self._undo(connection, group, error)
            self._pass_on()
            if leans_on is not None:
                # What was refused was refused in the sight of what the others wrote.
                leans_on.wait()
            raise
        group.size += 1
        self._pass_on(alone=not shared)
        group.wait()

    @contextmanager
    def turn(self, timeout: float) -> Iterator[None]:
        """This process's turn to write, on a connection of one's own. Raises Busy after `timeout` seconds."""
        self._turn.acquire(timeout)
        try:
            if self._group is not None:
                self._commit(self._group)
            yield
        finally:
            self._pass_on()

    def close(self) -> None:
        """Close the connection; an open group ends with it."""
        if self._connection is not None:
            self._drop(OperationalError("the database was closed"))
        self._turnstile.close()

    def _join(self, deadline: float, *, shared: bool) -> tuple[sqlite3.Connection, Group]:
        if self._group is not None and (not shared or self._group.is_full()):
            self._commit(self._group)
        if self._group is None:
            return self._begin(deadline)
        assert self._connection is not None
        self._connection.execute("SAVEPOINT member")
        return self._connection, self._group

    def _begin(self, deadline: float) -> tuple[sqlite3.Connection, Group]:
        self._turnstile.enter(deadline)
        try:
            if self._connection is None:
                self._connection = self._open()
            self._take_lock(self._connection, deadline)
        except BaseException as error:
            self._turnstile.leave()
            if isinstance(error, sqlite3.Error):
                raise OperationalError(*error.args) from error
            raise
        self._group = Group()
        return self._connection, self._group

    def _take_lock(self, connection: sqlite3.Connection, deadline: float) -> None:
        # IMMEDIATE takes SQLite's write lock at the start, so no read inside can be overtaken.
        # Programs that are not ours may hold it.
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() >= deadline:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _undo(self, connection: sqlite3.Connection, group: Group, error: BaseException) -> None:
        try:
            if not connection.in_transaction:
                # The disk was full, say: SQLite has undone all of the transaction.
                self._drop(error)
            elif group.size:
                connection.execute("ROLLBACK TO member")
                connection.execute("RELEASE member")
            else:
                connection.execute("ROLLBACK")
                self._end(group)
        except sqlite3.Error as failure:
            self._drop(failure)

    def _pass_on(self, *, alone: bool = False) -> None:
        # Whoever is handed the turn goes on with the group; the last one commits it.
        if self._group is not None and (alone or self._group.is_full()):
            self._commit(self._group)
        if self._turn.hand_over():
            return
        if self._group is not None:
            self._commit(self._group)
        self._turn.release()

    def _commit(self, group: Group) -> None:
        assert self._connection is not None
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._drop(error)
        else:
            self._end(group)

    def _end(self, group: Group) -> None:
        self._group = None
        self._turnstile.leave()
        group.end()

    def _drop(self, failure: BaseException) -> None:
        # After a failed write nothing of the connection is trusted; closing it rolls back.
        connection, group = self._connection, self._group
        self._connection = self._group = None
        with contextlib.suppress(sqlite3.Error):
            if connection is not None:
                connection.close()
        self._turnstile.leave()
        if group is not None:
            group.end(failure)
