"""Statement: a query that is built once and run many times.

Building SQL costs a query builder more than SQLite needs to run it, so what runs at every
request or redemption is written as a Statement: peewee's query, with `p("name")` where a value
comes in. Values go to the database as they are: moments as milliseconds, dates as text.
"""

from collections.abc import Callable
from typing import Any

from peewee import BooleanField, DateField, Node

from core.db.handle import database, engine
from core.db.models import MomentField


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
        self._compiled: dict[str, _Compiled] = {}

    def _for_this_database(self) -> "_Compiled":
        kind = engine()
        compiled = self._compiled.get(kind)
        if compiled is None:
            compiled = self._compiled[kind] = _Compiled(self._build(Parameter))
        return compiled

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        cursor = self._for_this_database().run(values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        cursor.close()
        return row

    def all(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        found: list[tuple[Any, ...]] = self._for_this_database().run(values).fetchall()
        return found

    def get(self, **values: Any) -> Any:
        """The first row as an instance of its model, or None; for selects of whole models."""
        compiled = self._for_this_database()
        cursor = compiled.run(values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else compiled.instance(row)

    def run(self, **values: Any) -> int:
        """Run an insert, update or delete without RETURNING; how many rows it touched."""
        return int(self._for_this_database().run(values).rowcount)


class _Compiled:
    def __init__(self, query: Any) -> None:
        self.sql, parts = query.sql()
        self.parts = tuple(parts)
        self.model = getattr(query, "model", None)
        fields = self.model._meta.sorted_fields if self.model is not None else []
        self.names = [field.name for field in fields]
        # Most columns come as they are; moments and days do not, nor does SQLite's truth.
        self.convert = [
            (place, field.python_value)
            for place, field in enumerate(fields)
            if isinstance(field, MomentField | BooleanField | DateField)
        ]

    def run(self, values: dict[str, Any]) -> Any:
        given = [values[part.name] if isinstance(part, _Place) else part for part in self.parts]
        return database.obj.run(self.sql, given)

    def instance(self, row: tuple[Any, ...]) -> Any:
        assert self.model is not None
        assert len(row) == len(self.names), "the select does not take the whole model"
        changed = list(row)
        for place, convert in self.convert:
            changed[place] = convert(changed[place])
        # What peewee's own cursor comes to, without a round of assignments a field.
        instance = self.model.__new__(self.model)
        instance.__data__ = dict(zip(self.names, changed, strict=True))
        instance.__rel__ = {}
        instance._dirty = set()
        return instance
