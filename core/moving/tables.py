"""One table from SQLite to PostgreSQL: its rows through COPY, and a digest of them on either side."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from core.moving.errors import MoveRefused, RowUnmovable
from core.value_classes import value_class

_BATCH = 2_000
_COLUMNS = (
    "SELECT column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position"
)
_PARENTS = "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
Row = tuple[Any, ...]


@value_class
class Table:
    """Its columns as PostgreSQL has them, with their types."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> sql.Composed:
        """The columns, for a statement."""
        return sql.SQL(", ").join(sql.Identifier(name) for name, _ in self.columns)


def describe(link: psycopg.Connection, names: Iterable[str]) -> list[Table]:
    """The tables with their columns, each after those that its rows point to."""
    waiting = {
        name: {p for c, p in link.execute(_PARENTS).fetchall() if c == name} - {name} for name in names
    }
    ordered: list[Table] = []
    while waiting:
        ready = sorted(name for name, parents in waiting.items() if not parents & set(waiting))
        for name in ready or sorted(waiting):
            columns = tuple((str(c), str(t)) for c, t in link.execute(_COLUMNS, (name,)).fetchall())
            ordered.append(Table(name, columns))
            del waiting[name]
    return ordered


def source_rows(source: sqlite3.Connection, table: Table) -> Iterator[Row]:
    """Every row with values as PostgreSQL takes them. Raises RowUnmovable."""
    listed = ", ".join(f'"{name}"' for name, _ in table.columns)
    row_id = "rowid" if _has_rowids(source, table) else "0"
    cursor = source.execute(f'SELECT {row_id}, {listed} FROM "{table.name}"')  # noqa: S608 - names of the schema
    try:
        while batch := cursor.fetchmany(_BATCH):
            for row, *values in batch:
                yield tuple(
                    _taken(table.name, row, column, kind, value)
                    for (column, kind), value in zip(table.columns, values, strict=True)
                )
    except sqlite3.OperationalError:  # text that is not UTF-8: the row never came
        raise RowUnmovable(table=table.name, row="?", column="?") from None


def _has_rowids(source: sqlite3.Connection, table: Table) -> bool:
    ask = "SELECT wr FROM pragma_table_list WHERE name = ?"
    return bool(source.execute(ask, (table.name,)).fetchone() == (0,))


def _taken(table: str, row: int, column: str, kind: str, value: Any) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise RowUnmovable(table=table, row=row, column=column)
    return bool(value) if kind == "boolean" and value is not None else value


def copy_rows(
    link: psycopg.Connection, table: Table, rows: Iterator[Row], advance: Callable[[int], None]
) -> None:
    """Put `rows` in place of whatever the migrations put there. Raises MoveRefused, RowUnmovable."""
    name = sql.Identifier(table.name)
    try:
        link.execute(sql.SQL("DELETE FROM {}").format(name))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(name, table.names)
        with link.cursor().copy(statement) as copy:
            for number, row in enumerate(rows, 1):
                copy.write_row(row)
                if number % _BATCH == 0:
                    advance(_BATCH)
    except psycopg.Error as error:
        # The first line only: the others quote the row.
        raise MoveRefused(table=table.name, reason=str(error).splitlines()[0]) from None
    _advance_sequences(link, table)


def _advance_sequences(link: psycopg.Connection, table: Table) -> None:
    for column, _ in table.columns:
        ask = sql.SQL("SELECT pg_get_serial_sequence({}, {})").format(table.name, column)
        found = link.execute(ask).fetchone()
        if found is not None and found[0] is not None:
            newest = sql.SQL("SELECT setval({}, COALESCE(MAX({}), 0) + 1, false) FROM {}").format(
                str(found[0]), sql.Identifier(column), sql.Identifier(table.name)
            )
            link.execute(newest)


def arrived_rows(link: psycopg.Connection, table: Table) -> Iterator[Row]:
    """Every row that PostgreSQL has."""
    with link.cursor(name="arrived") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(table.names, sql.Identifier(table.name)))
        yield from cursor


def digest(rows: Iterable[Sequence[Any]]) -> tuple[int, str]:
    """How many rows, and the sum of their SHA-256: the same in whatever order they come."""
    count = total = 0
    for row in rows:
        text = repr([_plain(value) for value in row])
        total += int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        count += 1
    return count, f"{total % 2**256:064x}"


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
