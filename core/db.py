"""The database: one handle, one base model, one owner of the transaction.

A process serves one county, so the handle is a proxy that `open_database` points at the
county's own database. Nothing but `unit_of_work` opens a transaction; inside it services
write, and it commits once or not at all.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from peewee import (
    BigIntegerField,
    Database,
    DatabaseProxy,
    InterfaceError,
    Model,
    ModelSelect,
    OperationalError,
)
from playhouse.pool import MaxConnectionsExceeded, PooledSqliteDatabase

from core.clock import CHINA
from core.errors import Busy, ConfigError
from core.lending import Lendable
from core.scope import AreaScope

log = logging.getLogger(__name__)

database = DatabaseProxy()

WRITE_WAIT_SECONDS = 5.0
# WAL lets readers read while one writes; FULL keeps acknowledged writes through a power cut
# (NORMAL lost 169 of 5,940 in trials).
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "cache_size": -32_000,
    # Another process (a backup, the command line) may hold the lock; within this one FairLock waits.
    "busy_timeout": int(WRITE_WAIT_SECONDS * 1000),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=CHINA) + timedelta(hours=8)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """An aware moment as whole milliseconds since 1970 UTC, without the rounding of floats."""
    return (moment - _EPOCH) // _MILLISECOND


def connect() -> None:
    """Give this thread its connection, if it has none. Raises Busy when all of them are in use."""
    try:
        database.connect(reuse_if_open=True)
    except MaxConnectionsExceeded:
        raise Busy from None


# What SQLite also calls operational, though it is a mistake in a statement and no outage.
_OUR_MISTAKES = ("no such", "syntax error", "has no column", "already exists", "ambiguous", "too many")


def is_outage(error: BaseException) -> bool:
    """Whether the database cannot be used just now (locked, full, gone): nobody's mistake, try again."""
    if isinstance(error, OperationalError):
        return not any(words in str(error) for words in _OUR_MISTAKES)
    return isinstance(error, Busy | InterfaceError | MaxConnectionsExceeded)


class MomentField(BigIntegerField):
    """A moment as milliseconds since 1970 UTC: sorts, compares and means the same on every database."""

    def db_value(self, value: datetime | int | None) -> int | None:
        """Aware datetime (or milliseconds) to milliseconds."""
        return milliseconds(value) if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        """Milliseconds to an aware datetime in China's time."""
        return None if value is None else _EPOCH + value * _MILLISECOND


class BaseModel(Model):
    """Parent of all tables. Keys and constraints only, no business."""

    class Meta:
        database = database
        legacy_table_names = False


class ScopeMissing(RuntimeError):
    """A programming mistake: rows that belong to an area were asked for without saying whose areas."""


class AreaModel(BaseModel):
    """Parent of tables whose rows belong to an area. Reading one without a scope is refused.

    Subclasses have a column `area_code` (12 or 15 digits). Queries call `within(scope)`; code
    that must see all rows (migrations, the ledger's proof) calls `unscoped(reason)`, and a test
    lists every such place.
    """

    area_code: ClassVar[Any]

    @classmethod
    def area_column(cls) -> Any:
        """The column that says where a row belongs."""
        return cls.area_code

    @classmethod
    def select(cls, *_columns: Any) -> "ModelSelect[Self]":
        """Refuse: nobody said which areas."""
        raise ScopeMissing(f"{cls.__name__}: use within(scope) or unscoped(reason)")

    @classmethod
    def within(cls, scope: AreaScope, *columns: Any) -> "ModelSelect[Self]":
        """Rows in the areas of `scope`; none where the scope is empty."""
        return super().select(*columns).where(scope.where(cls.area_column()))

    @classmethod
    def unscoped(cls, reason: str, *columns: Any) -> "ModelSelect[Self]":
        """All rows, for the stated `reason`."""
        assert reason
        return super().select(*columns)


class LendableSqlite(Lendable, PooledSqliteDatabase):  # type: ignore[misc]  # playhouse is untyped
    """A pool whose connections can be lent to a helper thread."""


class FairLock:
    """A lock that serves in the order of arrival.

    SQLite's own busy-waiting is unfair (worst wait 1.4 s where the median is 3 ms); a queue
    in the process makes every counter wait its turn and no longer.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> None:
        """Wait for the turn. Raises Busy after `timeout` seconds."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._queue.append(turn)
        try:
            came = turn.wait(timeout)
        except BaseException:
            # Interrupted while waiting: a turn handed to nobody would stop every writer for good.
            if not self._leave(turn):
                self.release()
            raise
        if not came and self._leave(turn):
            raise Busy
        # Else the turn came in the instant between the time-out and the guard: it is ours.

    def _leave(self, turn: threading.Event) -> bool:
        with self._guard:
            if turn not in self._queue:
                return False
            self._queue.remove(turn)
            return True

    def release(self) -> None:
        """Hand the lock to whoever has waited longest."""
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False


class UnitOfWork:
    """What one transaction gathers besides rows."""

    def __init__(self, housekeeping: str | None) -> None:
        self.housekeeping = housekeeping
        self.deeds = housekeeping is None
        self.audited = False
        self.after_commit: list[Callable[[], None]] = []


class UnauditedWrite(RuntimeError):
    """A programming mistake: a unit of work was about to commit without an audit line."""


_write_turn = FairLock()
_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)


def current_unit() -> UnitOfWork | None:
    """The unit of work that this thread is in, if any."""
    return _current.get()


@contextmanager
def unit_of_work(*, housekeeping: str | None = None) -> Iterator[UnitOfWork]:
    """One transaction: commits at the end, rolls back on any exception.

    Inside another one it is a savepoint of it, so that a refused step leaves no half writes
    and the outer one can still record the refusal. Every unit must write an audit line, but
    for `housekeeping` (a stated reason: last-seen times, expired keys), which no person does;
    a deed inside housekeeping needs its line all the same.
    Raises Busy when the turn to write does not come within `WRITE_WAIT_SECONDS`.
    """
    outer = _current.get()
    if outer is not None:
        before = outer.audited, outer.deeds, len(outer.after_commit)
        outer.deeds = outer.deeds or housekeeping is None
        try:
            with database.atomic():
                yield outer
        except BaseException:
            outer.audited, outer.deeds = before[:2]
            del outer.after_commit[before[2] :]
            raise
        return
    unit = UnitOfWork(housekeeping)
    deadline = time.monotonic() + WRITE_WAIT_SECONDS
    _write_turn.acquire(WRITE_WAIT_SECONDS)
    token = _current.set(unit)
    try:
        with _transaction(deadline):
            yield unit
            if unit.deeds and not unit.audited:
                raise UnauditedWrite("every write leaves an audit line: call audit.record(...)")
    finally:
        _current.reset(token)
        _write_turn.release()
    for action in unit.after_commit:
        try:
            action()
        except Exception:
            # The deed is done and stays done; whoever did it must not be told otherwise.
            log.exception("after a commit, %r failed", action)


@contextmanager
def write_turn() -> Iterator[None]:
    """This process's turn to write, for what is no unit of work: schema changes."""
    _write_turn.acquire(WRITE_WAIT_SECONDS)
    try:
        yield
    finally:
        _write_turn.release()


@contextmanager
def _transaction(deadline: float) -> Iterator[None]:
    if not isinstance(database.obj, PooledSqliteDatabase):
        with database.atomic():
            yield
        return
    # Another process may hold SQLite's lock: it gets what is left of the wait, not a second one.
    _set_busy_timeout(max(0.0, deadline - time.monotonic()))
    try:
        # IMMEDIATE takes SQLite's write lock at the start, so no read inside can be overtaken.
        with database.atomic("IMMEDIATE"):
            yield
    finally:
        if not database.is_closed():
            _set_busy_timeout(WRITE_WAIT_SECONDS)


def _set_busy_timeout(seconds: float) -> None:
    database.execute_sql(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select as plain tuples: for sums and joins, where a model has no meaning."""
    return iter(query.tuples())


def trigger_names() -> set[str]:
    """The triggers that the database has now: some tables refuse changes by them."""
    found = database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return {name for (name,) in found.fetchall()}


def open_database(url: str) -> Database:
    """Point the handle at `url` (`sqlite:////absolute/path.db`) and return it, unconnected.

    Raises ConfigError for a scheme that this release cannot open.
    """
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite":
        place = url.rpartition("@")[2]  # a password may stand before the @
        raise ConfigError([f"数据库地址 {place} 的类型 {scheme} 本版本不支持，请用 sqlite:////路径"])
    handle: Database = LendableSqlite(
        str(Path(path)),
        pragmas=SQLITE_PRAGMAS,
        timeout=WRITE_WAIT_SECONDS,  # how long a thread waits for a free connection
        max_connections=64,
        stale_timeout=None,
        check_same_thread=False,
    )
    close_database()
    database.initialize(handle)
    return handle


def close_database() -> None:
    """Close every connection of the handle, if there is one."""
    if database.obj is not None:
        database.obj.shut_down()
