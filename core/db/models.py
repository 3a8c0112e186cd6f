"""What all tables have in common: moments, and the wall between areas."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from peewee import BigIntegerField, Model, ModelSelect

from core.clock import CHINA
from core.db.handle import database
from core.scope import AreaScope

_EPOCH = datetime(1970, 1, 1, tzinfo=CHINA) + timedelta(hours=8)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """An aware moment as whole milliseconds since 1970 UTC, without the rounding of floats."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """Milliseconds since 1970 UTC as an aware moment in China's time."""
    return _EPOCH + value * _MILLISECOND


class MomentField(BigIntegerField):
    """A moment as milliseconds since 1970 UTC: sorts, compares and means the same on every database."""

    def db_value(self, value: datetime | int | None) -> int | None:
        """Aware datetime (or milliseconds) to milliseconds."""
        return milliseconds(value) if isinstance(value, datetime) else value

    def python_value(self, value: int | None) -> datetime | None:
        """Milliseconds to an aware datetime in China's time."""
        return None if value is None else from_milliseconds(value)


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


def rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a select as plain tuples: for sums and joins, where a model has no meaning."""
    return iter(query.tuples())


def raw_rows(query: Any) -> Iterator[tuple[Any, ...]]:
    """As `rows`, with each column as it lies in the database: for a million of them."""
    sql, parameters = query.sql()
    return iter(database.execute_sql(sql, parameters))
