"""Statement: a query that is built once and run many times.

Building SQL costs a query builder more than SQLite needs to run it, so what runs at every
request or redemption is written as a Statement: peewee's query, with `p("name")` where a value
comes in. Values go to the database as they are: moments as milliseconds, dates as text.
"""

from collections.abc import Callable
from typing import Any

from peewee import Node

from core.db.handle import database, engine


class Parameter(Node):
    """The place of a value in a statement."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __sql__(self, ctx: Any) -> Any:
        """Leave a mark that `Statement` finds again."""
        return ctx.value(self, converter=_as_it_is)


class _Place:
    def __init__(self, name: str) -> None:
        self.name = name


def _as_it_is(parameter: Parameter) -> _Place:
    return _Place(parameter.name)


class Statement:
    """A query with named places, compiled at its first use for the database at hand.

    `build` gets the function that makes a place: `Statement(lambda p: Note.select(Note.text)
    .where(Note.id == p("id")))`.
    """

    def __init__(self, build: Callable[[Callable[[str], Any]], Any]) -> None:
        self._build = build
        self._compiled: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def _run(self, values: dict[str, Any]) -> Any:
        kind = engine()
        compiled = self._compiled.get(kind)
        if compiled is None:
            sql, parts = self._build(Parameter).sql()
            compiled = self._compiled[kind] = (sql, tuple(parts))
        sql, parts = compiled
        return database.execute_sql(
            sql, [values[part.name] if isinstance(part, _Place) else part for part in parts]
        )

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        cursor = self._run(values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        cursor.close()
        return row

    def all(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        rows: list[tuple[Any, ...]] = self._run(values).fetchall()
        return rows

    def run(self, **values: Any) -> int:
        """Run an insert, update or delete without RETURNING; how many rows it touched."""
        return int(self._run(values).rowcount)
