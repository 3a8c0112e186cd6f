"""What somebody does who holds the database: away with the triggers, then change rows by SQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from core.county import database_url
from core.db import database, engine

# Name, table, and the statement that makes it again.
_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal"
    ),
}


def alter(data: Path, *statements: str) -> None:
    """Change the county's database from another process's place, past gridgov."""
    url = database_url(data)
    kind, _, path = url.partition("://")
    with sqlite3.connect(path[1:]) if kind == "sqlite" else psycopg.connect(url) as thief:
        for trigger, table, _ in thief.execute(_TRIGGERS[kind]).fetchall():
            thief.execute(_drop(kind, trigger, table))
        for statement in statements:
            thief.execute(statement)
    thief.close()


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """The triggers of `tables` (none named: of all) are gone in this block."""
    found = database.execute_sql(_TRIGGERS[engine()]).fetchall()
    taken = [trigger for trigger in found if not tables or trigger[1] in tables]
    for trigger, table, _ in taken:
        database.execute_sql(_drop(engine(), trigger, table))
    yield
    for _, _, statement in taken:
        database.execute_sql(statement)


def _drop(kind: str, trigger: str, table: str) -> str:
    return f"DROP TRIGGER {trigger}" + (f" ON {table}" if kind == "postgresql" else "")


@contextmanager
def undone() -> Iterator[None]:
    """What is done to the database in this block is undone at its end, whatever it was."""
    with database.atomic() as everything:
        yield
        everything.rollback()
