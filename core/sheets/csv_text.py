"""CSV from outside: decoded, and read row by row within limits."""

import csv
import io
from collections.abc import Iterable, Iterator

from core.sheets.errors import SheetTooLong, SheetTooManyColumns, SheetUnreadable

MAX_ROWS = 300_000
MAX_COLUMNS = 100
# Signs in one row: the longest row of a real table has some hundreds.
MAX_ROW_SIGNS = 200_000


def decode(data: bytes) -> str:
    """The text of a CSV file. Raises SheetUnreadable."""
    # Excel in China saves CSV as GB18030 (it calls it ANSI); WPS and others as UTF-8.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells, empty rows left out.

    Raises SheetTooLong, SheetTooManyColumns or SheetUnreadable.
    """
    room = MAX_ROW_SIGNS

    def lines() -> Iterator[str]:
        # The reader takes in a whole row before anybody can look at it, and a row may have many lines.
        nonlocal room
        for line in io.StringIO(text, newline=""):
            room -= len(line)
            if room < 0:
                raise SheetTooManyColumns(columns=MAX_COLUMNS)
            yield line

    reader: Iterable[list[str]] = csv.reader(lines(), strict=True)
    try:
        for number, row in enumerate(reader, 1):
            room = MAX_ROW_SIGNS
            if len(row) > MAX_COLUMNS:
                raise SheetTooManyColumns(columns=MAX_COLUMNS)
            if number > MAX_ROWS:
                raise SheetTooLong(rows=MAX_ROWS)
            if any(row):
                yield number, row
    except csv.Error:
        raise SheetUnreadable from None
