"""What entries are found by follows each change of an entry, in its unit of work."""

from collections.abc import Iterable
from datetime import date
from itertools import islice

from core.db import insert_rows
from plugins.diary.models.entries import Entry
from plugins.diary.models.signs import EntrySign
from plugins.diary.signs import signs_of
from plugins.diary.words import KIND_NUMBERS, PUBLISHED

COLUMNS = ("sign", "day", "entry_id", "area_code", "kind")
# SQLite takes this many values in a statement everywhere, and more.
_BATCH = 500
_MANY = 5_000
Signs = dict[date, set[int]]


def signs_of_row(row: Entry) -> Signs:
    """The entry's day and the signs by which it is found: none of what is private or removed."""
    if row.state != PUBLISHED or row.removed_at is not None:
        return {}
    return {row.day: signs_of(row.text)}


def keep_signs(row: Entry, before: Signs) -> None:
    """Let an entry be found by what it says now, and no longer by `before`."""
    after = signs_of_row(row)
    for day, signs in before.items():
        gone = sorted(signs - after.get(day, set()))
        for start in range(0, len(gone), _BATCH):
            EntrySign.delete().where(
                EntrySign.sign.in_(gone[start : start + _BATCH])
                & (EntrySign.day == day)
                & (EntrySign.entry_id == row.id)
            ).execute()
    for day, signs in after.items():
        new = sorted(signs - before.get(day, set()))
        what = (day.isoformat(), row.id, row.area_code, KIND_NUMBERS[row.kind])
        insert_rows(EntrySign, COLUMNS, [(sign, *what) for sign in new])


def add_signs(entries: Iterable[tuple[int, str, str, str, str]]) -> None:
    """The same for many published entries that were written as rows: id, day as text, area, kind and text."""
    waiting = iter(entries)
    # In the key's order, as many at once as memory is good for: a row that lies beside the last one is cheap.
    while some := list(islice(waiting, _MANY)):
        insert_rows(
            EntrySign,
            COLUMNS,
            sorted(
                (sign, day, number, area, KIND_NUMBERS[kind])
                for number, day, area, kind, text in some
                for sign in signs_of(text)
            ),
        )
