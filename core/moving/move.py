"""Moves a stopped county from SQLite to PostgreSQL: schema, rows, proof, and only then its address."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg

from core import audit
from core.app import core_chains, load_plugins
from core.backups.postgresql import connected, demand_empty
from core.clock import now
from core.county import SQLITE_FILE, County, name_database
from core.db import database, engine, open_database
from core.manifest import discover
from core.migrations import Chain, pending, upgrade
from core.moving.errors import MovedAlready, MoveDiffers, NotPostgresql, SourceOutdated, TableUnknown
from core.moving.tables import Table, arrived_rows, copy_rows, describe, digest, source_rows
from core.running import nobody_serves
from core.value_classes import value_class

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_HISTORY = "_migration"


@value_class
class Moved:
    """What was moved and proven. `old`: where the SQLite file lies now, as it was."""

    tables: int
    rows: int
    audit_lines: int
    old: Path


def move_county(county: County, url: str, progress: Progress) -> Moved:
    """Move a county to the empty PostgreSQL database at `url`. It is open, and nobody is connected to it.

    Until all is proven the county keeps its address, so any failure leaves it where it was. Raises
    MovedAlready, NotPostgresql, ConfigError (a server runs), SourceOutdated, TableUnknown,
    DatabaseTaken, RowUnmovable, MoveRefused, MoveDiffers, ToolFailed (no connection).
    """
    if engine() != "sqlite":
        raise MovedAlready
    if not url.startswith(("postgresql://", "postgres://")):
        raise NotPostgresql
    file = county.data / SQLITE_FILE
    with nobody_serves(county.data), _held(file) as source:
        with database.connection_context():
            chains, head = _chains(county, source), audit.head()[1]
        demand_empty(url)
        open_database(url)
        with database.connection_context():
            upgrade(chains)
        rows, tables = _copy(source, url, progress)
        lines = _prove(county, head)
        name_database(county.data, url)
    old = file.with_name(f"{file.name}.moved-{now():%Y%m%d-%H%M%S}")
    with closing(sqlite3.connect(file)) as last:
        last.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the one file is all of it
    file.rename(old)
    return Moved(tables, rows, lines, old)


@contextmanager
def _held(file: Path) -> Iterator[sqlite3.Connection]:
    """The source as it is now; nobody writes to it meanwhile, no command either."""
    with closing(sqlite3.connect(file, timeout=5)) as source:
        source.execute("BEGIN IMMEDIATE")
        yield source
        source.rollback()


def _chains(county: County, source: sqlite3.Connection) -> list[Chain]:
    """The migrations of everything that has tables in the source, in the order of their making."""
    chains = core_chains()
    names = {name for (name,) in source.execute(_TABLES)}
    for found in discover(county.plugins_folder):
        if found.manifest is not None and f"{found.name}{_HISTORY}" in names:
            chains.append(Chain(found.name, found.manifest.folder / "migrations"))
    if waiting := pending(chains):
        raise SourceOutdated(names="、".join(waiting[:3]))
    known = {f"{chain.name}{_HISTORY}" for chain in chains}
    for name in sorted(names):
        if name.endswith(_HISTORY) and name not in known:
            raise TableUnknown(table=name)
    return chains


def _copy(source: sqlite3.Connection, url: str, progress: Progress) -> tuple[int, int]:
    """Copy and compare every table in one transaction; returns rows and tables."""
    names = [name for (name,) in source.execute(_TABLES) if not name.endswith(_HISTORY)]
    total = sum(source.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names)  # noqa: S608
    done = moved = 0
    with connected(url) as link, progress("正在迁移") as say:

        def advance(count: int) -> None:
            nonlocal done
            done += count
            say(done, total)

        tables = describe(link, names)
        for table in tables:
            if not table.columns:
                raise TableUnknown(table=table.name)
            copy_rows(link, table, source_rows(source, table), advance)
            moved += _compare(source, link, table)
        say(total, total)
        _compare_others(link, names)
    return moved, len(tables)


def _compare(source: sqlite3.Connection, link: psycopg.Connection, table: Table) -> int:
    sent, arrived = digest(source_rows(source, table)), digest(arrived_rows(link, table))
    if sent != arrived:
        raise MoveDiffers(reason=f"表 {table.name}：{sent[0]} 行，到了 {arrived[0]} 行，或内容不同")
    return sent[0]


def _compare_others(link: psycopg.Connection, names: list[str]) -> None:
    """A table that the source does not have must be empty."""
    listed = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    extra = {name for (name,) in listed if not name.endswith(_HISTORY)} - set(names)
    if extra:
        raise MoveDiffers(reason=f"原来没有的表 {'、'.join(sorted(extra))}")


def _prove(county: County, head: str) -> int:
    """The record to its old head, and what plugins say of themselves; returns the lines of the record."""
    with database.connection_context():
        verdict = audit.verify(head)
        if verdict.broken_at is not None or verdict.head != head:
            raise MoveDiffers(reason="审计记录的链头不同")
        for finding in load_plugins(county).gather("check_health"):
            if finding.stops:
                raise MoveDiffers(reason=finding.text)
    return verdict.lines
