"""Statement: a query that is built once and run many times.

Building SQL costs a query builder more than SQLite needs to run it, so what runs at every
request or redemption is written as a Statement: peewee's query, with `p("name")` where a value
comes in. Values go to the database as they are: moments as milliseconds, dates as text.
"""

from collections.abc import Callable, Sequence
from typing import Any

from peewee import BooleanField, DateField, Node

from core.db.handle import database
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
        self._handle: Any = None
        self._compiled: _Compiled | None = None

    def _ready(self) -> "_Compiled":
        # One process has one county: the handle changes in tests and when a county moves.
        handle = database.obj
        compiled = self._compiled
        if compiled is None or handle is not self._handle:
            compiled = self._compiled = _Compiled(self._build(Parameter), handle.run)
            self._handle = handle
        return compiled

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        row: tuple[Any, ...] | None = self._ready().run(values).fetchone()
        return row

    def all(self, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        found: list[tuple[Any, ...]] = self._ready().run(values).fetchall()
        return found

    def get(self, **values: Any) -> Any:
        """The first row as an instance of its model, or None; for selects of whole models."""
        compiled = self._ready()
        row = compiled.run(values).fetchone()
        return None if row is None else compiled.instance(row)

    def instances(self, **values: Any) -> list[Any]:
        """All rows as instances of their model; for selects of whole models."""
        compiled = self._ready()
        return [compiled.instance(row) for row in compiled.run(values).fetchall()]

    def run(self, **values: Any) -> int:
        """Run an insert, update or delete without RETURNING; how many rows it touched."""
        return int(self._ready().run(values).rowcount)


class _Compiled:
    def __init__(self, query: Any, execute: Callable[[str, Sequence[Any]], Any]) -> None:
        self.sql, parts = query.sql()
        self.parts = [(part.name, None) if isinstance(part, _Place) else (None, part) for part in parts]
        self._execute = execute
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
        given = [constant if name is None else values[name] for name, constant in self.parts]
        return self._execute(self.sql, given)

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
