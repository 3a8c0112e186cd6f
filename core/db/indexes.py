"""Many rows into a table that has few: its indexes are made after them, each in one go and in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.db.handle import database, engine

_WORTH_IT = 10_000
_MADE = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"


@contextmanager
def indexes_afterwards(model: type[Any], rows: int, *, before: int) -> Iterator[None]:
    """Inside a unit of work, around the writing of `rows` rows to `model`'s table, which had `before`.

    Keys without order (a keyed hash) touch another page of the index at each row; sorted first, they take a
    third of the time. Whatever breaks off undoes the unit, and with it the dropping; others go on reading
    what was there before. A key that is there twice is refused at the end and not at its row. Nothing is
    dropped for few rows, nor on PostgreSQL, where that would lock the readers out.
    """
    if engine() != "sqlite" or rows < max(before, _WORTH_IT):
        yield
        return
    made = database.execute_sql(_MADE, (model._meta.table_name,)).fetchall()
    for name, _ in made:
        database.execute_sql(f'DROP INDEX "{name}"')
    yield
    for _, sql in made:
        database.execute_sql(sql)
