"""Writing many rows at the speed of the database."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.db.handle import database


def insert_rows(
    model: type[Any],
    columns: Sequence[str],
    values: Iterable[tuple[Any, ...]],
    *,
    instead: Sequence[str] = (),
) -> None:
    """`executemany`: moments as milliseconds, days as text; columns that are not given have their default.

    `instead`: columns that take the new value where a row of the same key stands; it keeps the others.
    """
    absent = {
        field.column_name: field.default
        for field in model._meta.sorted_fields
        if field.default is not None and field.column_name not in columns
    }
    names, given = (*columns, *absent), tuple(absent.values())
    marks = ", ".join([database.param] * len(names))
    sql = f"INSERT INTO {model._meta.table_name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    if instead:
        changes = ", ".join(f"{name} = excluded.{name}" for name in instead)
        sql += f" ON CONFLICT ({model._meta.primary_key.column_name}) DO UPDATE SET {changes}"
    database.cursor().executemany(sql, [(*row, *given) for row in values])
