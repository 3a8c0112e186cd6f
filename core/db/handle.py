"""The handle on the county's database, and what counts as an outage of it.

A process serves one county, so the handle is a proxy that `open_database` points at the
county's own database: a SQLite file, or PostgreSQL.
"""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import psycopg
from peewee import (
    Database,
    DatabaseError,
    DatabaseProxy,
    DataError,
    IntegrityError,
    InterfaceError,
    Model,
    OperationalError,
    PeeweeException,
    ProgrammingError,
)
from playhouse.pool import MaxConnectionsExceeded, PooledSqliteDatabase

from core.db.group_commit import GroupCommit
from core.db.postgresql import PARAMETERS, PostgresqlHandle
from core.db.turnstile import Turnstile
from core.db.unit import WRITE_WAIT_SECONDS, current_unit
from core.errors import Busy, ConfigError
from core.lending import Lendable

database = DatabaseProxy()
peewee_log = logging.getLogger("peewee")

MAX_CONNECTIONS = 64
# FULL keeps acknowledged writes through a power cut (NORMAL lost 169 of 5,940 in trials).
SQLITE_PRAGMAS = {
    "synchronous": "full",
    "foreign_keys": 1,
    # In KiB, for each thread's connection; the writer has more. The system keeps the file in memory anyway.
    "cache_size": -4_000,
    # Another process (a backup, the command line) may hold the lock for a moment.
    "busy_timeout": int(WRITE_WAIT_SECONDS * 1000),
}
# What SQLite also calls operational, though it is a mistake in a statement and no outage.
_OUR_MISTAKES = ("no such", "syntax error", "has no column", "already exists", "ambiguous", "too many")
# A standby that is not the primary yet (or any more): PostgreSQL calls that an internal error.
_READ_ONLY = "25006"


# SQLite's own errors as peewee's, which mean the same on both databases.
_ERRORS: dict[type[sqlite3.Error], type[PeeweeException]] = {
    sqlite3.OperationalError: OperationalError,
    sqlite3.IntegrityError: IntegrityError,
    sqlite3.ProgrammingError: ProgrammingError,
    sqlite3.InterfaceError: InterfaceError,
    sqlite3.DataError: DataError,
}


class SqliteHandle(Lendable, PooledSqliteDatabase):  # type: ignore[misc]  # playhouse is untyped
    """SQLite; statements of a unit of work go over the writer's connection (core.db.group_commit)."""

    def __init__(self, file: str, **options: Any) -> None:
        super().__init__(file, **options)
        # The writer does not wait in SQLite: it keeps its own time. Savepoints need no files on the disk.
        self.writer_pragmas: dict[str, object] = {
            "busy_timeout": 0,
            "temp_store": "memory",
            "cache_size": -32_000,
        }
        self.writer = GroupCommit(lambda: self.connect_aside(**self.writer_pragmas), Turnstile(file))
        self.at_close: Callable[[], None] = lambda: None
        self._is_wal = False

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._connect()
        self._demand_wal(connection)
        return connection

    def _demand_wal(self, connection: sqlite3.Connection) -> None:
        # WAL lets readers read while one writes. It is kept in the file: said at each connection, it
        # would fail on a full disk, where there is still much to read.
        if not self._is_wal:
            connection.execute("PRAGMA journal_mode = wal")
            self._is_wal = True

    def run(self, sql: str, parameters: Sequence[Any]) -> sqlite3.Cursor:
        """Run a statement without what a query builder's users may want besides (core.db.statement)."""
        if self.query_hooks or peewee_log.isEnabledFor(logging.DEBUG):
            cursor: sqlite3.Cursor = self.execute_sql(sql, parameters)
            return cursor
        unit = current_unit()
        connection = unit.connection if unit is not None else None
        if unit is not None and unit.revoked:
            unit.demand_not_revoked()
        try:
            return (connection or self.connection()).execute(sql, parameters)
        except sqlite3.Error as error:
            raise _ERRORS.get(type(error), DatabaseError)(*error.args) from error

    def shut_down(self) -> None:
        """Close every connection, the writer's too."""
        self.at_close()
        self.writer.close()
        super().shut_down()

    def cursor(self, named_cursor: Any = None) -> Any:
        """A cursor on the connection of this unit of work, or of this thread."""
        unit = current_unit()
        if unit is not None and unit.connection is not None:
            if unit.revoked:
                unit.demand_not_revoked()
            return unit.connection.cursor()
        return super().cursor(named_cursor)

    def connect_aside(self, **pragmas: object) -> sqlite3.Connection:
        """A connection outside the pool, with `pragmas` besides the usual ones."""
        connection = sqlite3.connect(
            self.database, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        try:
            self._demand_wal(connection)
            for name, value in {**SQLITE_PRAGMAS, **pragmas}.items():
                connection.execute(f"PRAGMA {name} = {value}")
        except BaseException:
            connection.close()
            raise
        return connection


def engine() -> Literal["sqlite", "postgresql"]:
    """Which kind of database the county has."""
    return "postgresql" if isinstance(database.obj, PostgresqlHandle) else "sqlite"


def connect() -> None:
    """Give this thread its connection, if it has none. Raises Busy when all of them are in use."""
    try:
        database.connect(reuse_if_open=True)
    except MaxConnectionsExceeded:
        raise Busy from None


def is_outage(error: BaseException) -> bool:
    """Whether the database cannot be used just now (locked, full, gone): nobody's mistake, try again."""
    if isinstance(error, OperationalError | sqlite3.OperationalError):
        return engine() == "postgresql" or not any(words in str(error) for words in _OUR_MISTAKES)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return True  # from a bare cursor, which peewee does not wrap
    if isinstance(error, DatabaseError) and _sqlstate(error) == _READ_ONLY:
        return True
    return isinstance(error, Busy | InterfaceError | MaxConnectionsExceeded)


# PostgreSQL's words for "not your fault, the same again may go through": deadlock, serialization,
# connection lost, server going down or not up yet.
_BREAKS = ("40001", "40P01", "08", "57P01", "57P02", "57P03", _READ_ONLY)


def broke_off(error: BaseException) -> bool:
    """Whether PostgreSQL broke a transaction off in a way that calls for trying the whole again."""
    if engine() != "postgresql" or not is_outage(error):
        return False
    state = _sqlstate(error)
    # Without a state it is the connection itself that failed.
    return state.startswith(_BREAKS) if state else True


def reconnect() -> None:
    """Give this thread a new connection in place of one that broke. Raises what connecting raises."""
    handle = database.obj
    if not handle.is_closed():
        handle.manual_close()
    handle.connect()


def _sqlstate(error: BaseException) -> str:
    # peewee raises its own error while it handles the driver's, which has the code.
    return str(getattr(error.__context__, "sqlstate", None) or "")


def open_database(url: str) -> Database:
    """Point the handle at `url` and return it, unconnected.

    `sqlite:////absolute/path.db` or `postgresql://user:password@host:port/name`.
    Raises ConfigError for an address that this release cannot open.
    """
    scheme, _, path = url.partition("://")
    if scheme == "sqlite" and path.startswith("/"):
        handle: Database = _sqlite(Path(path[1:]))
    elif scheme in ("postgresql", "postgres"):
        handle = _postgresql(f"postgresql://{path}")
    else:
        place = url.rpartition("@")[2]  # a password may stand before the @
        raise ConfigError(
            [
                f"数据库地址 {place} 的类型 {scheme} 不支持，请用 sqlite:////路径 或 "
                "postgresql://用户:密码@主机:端口/数据库"
            ]
        )
    close_database()
    database.initialize(handle)
    return handle


def _sqlite(file: Path) -> SqliteHandle:
    return SqliteHandle(
        str(file),
        pragmas=SQLITE_PRAGMAS,
        timeout=WRITE_WAIT_SECONDS,  # how long a thread waits for a free connection
        max_connections=MAX_CONNECTIONS,
        stale_timeout=None,
        check_same_thread=False,
        cached_statements=256,
    )


def _postgresql(url: str) -> PostgresqlHandle:
    return PostgresqlHandle(
        url,
        prefer_psycopg3=True,
        timeout=WRITE_WAIT_SECONDS,
        max_connections=MAX_CONNECTIONS,
        stale_timeout=300,
        **PARAMETERS,
    )


def close_database() -> None:
    """Close every connection of the handle, if there is one."""
    if database.obj is not None:
        database.obj.shut_down()


def advance_ids(*models: type[Model]) -> None:
    """Say this after rows were written with ids of their own: PostgreSQL's numbering goes on behind them."""
    if engine() == "sqlite":
        return  # it looks at the rows themselves
    for model in models:
        table = model._meta.table_name
        database.execute_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 - a name of ours
            f'(SELECT coalesce(max(id), 0) + 1 FROM "{table}"), false)'
        )


def trigger_names() -> set[str]:
    """The triggers that the database has now: some tables refuse changes by them."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    return {name for (name,) in database.execute_sql(catalogue[engine()]).fetchall()}
