"""The handle on the county's database, and what counts as an outage of it.

A process serves one county, so the handle is a proxy that `open_database` points at the
county's own database: a SQLite file, or PostgreSQL.
"""

import sqlite3
from pathlib import Path
from typing import Any, Literal

import psycopg
from peewee import Database, DatabaseError, DatabaseProxy, InterfaceError, Model, OperationalError
from playhouse.pool import MaxConnectionsExceeded, PooledSqliteDatabase

from core.db.group_commit import GroupCommit
from core.db.postgresql import PARAMETERS, PostgresqlHandle
from core.db.turnstile import Turnstile
from core.db.unit import WRITE_WAIT_SECONDS, current_unit
from core.errors import Busy, ConfigError

database = DatabaseProxy()

MAX_CONNECTIONS = 64
# FULL keeps acknowledged writes through a power cut (NORMAL lost 169 of 5,940 in trials).
SQLITE_PRAGMAS = {
    "synchronous": "full",
    "foreign_keys": 1,
    "cache_size": -32_000,
    # Another process (a backup, the command line) may hold the lock for a moment.
    "busy_timeout": int(WRITE_WAIT_SECONDS * 1000),
}
# What SQLite also calls operational, though it is a mistake in a statement and no outage.
_OUR_MISTAKES = ("no such", "syntax error", "has no column", "already exists", "ambiguous", "too many")
# A standby that is not the primary yet (or any more): PostgreSQL calls that an internal error.
_READ_ONLY = "25006"


class SqliteHandle(PooledSqliteDatabase):  # type: ignore[misc]  # playhouse is untyped
    """SQLite; statements of a unit of work go over the writer's connection (core.db.group_commit)."""

    def __init__(self, file: str, **options: Any) -> None:
        super().__init__(file, **options)
        self.writer = GroupCommit(self._connect_aside, Turnstile(file))
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

    def close_all(self) -> None:
        """Close every connection, the writer's too."""
        self.writer.close()
        super().close_all()

    def cursor(self, named_cursor: Any = None) -> Any:
        """A cursor on the connection of this unit of work, or of this thread."""
        unit = current_unit()
        if unit is not None and unit.connection is not None:
            return unit.connection.cursor()
        return super().cursor(named_cursor)

    def _connect_aside(self) -> sqlite3.Connection:
        # Outside the pool. It does not wait in SQLite: the writer keeps its own time.
        connection = sqlite3.connect(
            self.database, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        try:
            self._demand_wal(connection)
            for name, value in {**SQLITE_PRAGMAS, "busy_timeout": 0}.items():
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
        return True  # from `executemany`, which peewee does not wrap
    if isinstance(error, DatabaseError) and _sqlstate(error) == _READ_ONLY:
        return True
    return isinstance(error, Busy | InterfaceError | MaxConnectionsExceeded)


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
        database.obj.close_all()


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
