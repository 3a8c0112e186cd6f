"""Tables that people send in (CSV, XLSX): limits first, then clean text, row by row.

What is wrong is collected with its row, column and a sentence, so that one look shows all of it.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from core.sheets import csv_text, workbooks
from core.sheets.errors import SheetEmpty, SheetOldFormat, SheetTooLarge, SheetUnreadable
from core.text import N_
from core.value_classes import value_class

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 64 * MEGABYTE
KEPT_MISTAKES = 500
ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Headings that a marked workbook of ours carries; a table that comes back mended may keep them.
MARK_HEADINGS = ("错误说明", "原行号")
# Stands for a cell that was already marked, so that later checks do not mark it again.
UNREADABLE = "\0"
# Rows that are looked at together. One odd cell among them, and all are looked at one by one.
_BLOCK = 100
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,3}")
# A number of this size was an identifier once; Excel keeps 15 digits of it.
_EXACT = 10**15
Cell = Any  # str, float, bool, date, datetime or None, as the readers give it


@value_class
class Upload:
    """A file as it came: its name is shown, its content alone decides what it is."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content, to tell whether a second upload is the same file."""
        return hashlib.sha256(self.data).hexdigest()


@value_class
class Column:
    """A column of a table. The heading may be the Chinese `title` or the English `key`.

    `digits`: an identifier; a number cell is refused, because a spreadsheet drops its last digits.
    """

    key: str
    title: str
    required: bool = True
    digits: bool = False


@value_class
class Mistake:
    """What is wrong in one cell. `row` counts as the spreadsheet does: the heading is row 1."""

    row: int
    column: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)

    def sentence(self) -> str:
        """The Chinese sentence."""
        return self.text % self.params if self.params else self.text


class Mistakes:
    """The mistakes of one table: all counted, the first `KEPT_MISTAKES` kept."""

    def __init__(self) -> None:
        self.kept: list[Mistake] = []
        self.total = 0
        # Title of a column -> the heading that this file uses, by which its reader will look.
        self.headings: dict[str, str] = {}

    def add(self, row: int, column: str, text: str, **params: Any) -> None:
        """Mark one cell."""
        self.total += 1
        if len(self.kept) < KEPT_MISTAKES:
            self.kept.append(Mistake(row, self.headings.get(column, column), text, params))

    def sort(self) -> None:
        """Bring them into reading order."""
        self.kept.sort(key=lambda mistake: mistake.row)


@value_class
class Outcome:
    """What an import did, or would do when `dry_run`. With mistakes it did nothing.

    `counts` holds numbers by word (added, changed, ...); `digest` names the file, `batch` what was written,
    for those who want to undo it.
    """

    dry_run: bool
    digest: str
    rows: int
    counts: dict[str, int]
    mistakes: tuple[Mistake, ...]
    mistake_count: int
    batch: int | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.mistake_count == 0


class Table:
    """An upload whose headings have been checked. `rows` may be walked several times."""

    def __init__(self, upload: Upload, columns: Sequence[Column]) -> None:
        self.upload = upload
        self.columns = tuple(columns)
        self.mistakes = Mistakes()
        self._raw, formulas = _open(upload.data)
        first = next(iter(self._raw()), None)
        if first is None:
            raise SheetEmpty
        self._heading_row, heading = first
        try:
            self.heading = [_plain(cell) for cell in heading]
        except ValueError:
            raise SheetUnreadable from None
        self._places = self._match()
        for row, place in formulas:
            name = self.heading[place] if 0 <= place < len(self.heading) else ""
            self.mistakes.add(row, name, N_("这个单元格是公式。请改为粘贴数值。"))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number and the cells as clean text, in the order of the declared columns.

        A column that is not there reads as empty, a cell that cannot be read as `UNREADABLE`
        (already marked). Empty rows are left out. With wrong headings there are no rows.
        """
        if self._places is None:
            return
        pick = _picker(self._places)
        placed = zip(self.columns, self._places, strict=True)
        digits = [place for column, place in placed if column.digits and place >= 0]
        rows = self._raw()
        next(rows)
        while block := list(islice(rows, _BLOCK)):
            # Most rows need no cleaning at all, which is seen at one glance.
            if self._is_plain([cells for _, cells in block], digits):
                yield from ((number, pick(cells)) for number, cells in block)
            else:
                yield from self._cleaned(block, self._places)

    def _is_plain(self, rows: Sequence[Sequence[Cell]], digits: Sequence[int]) -> bool:
        """Whether all cells are texts that `_clean` would leave as they are, and no row is empty or too long.

        `digits`: the places of identifiers.
        """
        width = len(self.heading)
        if set(map(len, rows)) != {width}:
            return False
        try:
            lines = list(map("|".join, rows))
        except TypeError:  # a number among them, say
            return False
        text = "|".join(("", *lines, ""))
        identifiers = ["".join([cells[place] for cells in rows]) for place in digits]
        return (
            text.isprintable()
            and not any(odd in text for odd in ("| ", " |", "|'"))
            and "|" * (width - 1) not in lines
            and not any("e" in column or "E" in column for column in identifiers)  # 1E17 is none
        )

    def _cleaned(
        self, block: Iterable[tuple[int, Sequence[Cell]]], places: Sequence[int]
    ) -> Iterator[tuple[int, list[str]]]:
        """The rows of a block cell by cell, and what is wrong in them marked."""
        columns = [(i, place, self.columns[i].digits) for i, place in enumerate(places)]
        width = len(self.heading)
        for number, cells in block:
            if cells.count("") == len(cells):
                continue
            if len(cells) > width and any(cell != "" for cell in cells[width:]):
                self.mistakes.add(number, "", N_("这一行的内容超出了表头的列。"))
            values = []
            for index, place, digits in columns:
                value = cells[place] if 0 <= place < len(cells) else ""
                # Letters and digits alone need none either (1E17 is no identifier).
                plain = type(value) is str and value.isalnum() and (not digits or value[:-1].isdigit())
                values.append(value if plain or value == "" else self._clean(number, index, value))
            yield number, values

    def release(self) -> None:
        """Let go of the file's content, which is large; there are no rows afterwards."""
        self._raw = lambda: iter(())
        self._places = None

    def raw_rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Row number and cells as they came, heading included; for marking the file."""
        return iter(self._raw())

    def _match(self) -> list[int] | None:
        """Where each declared column stands (-1: not there); None when the headings are wrong."""
        by_name = {name: c for c in self.columns for name in (c.title, c.key)}
        found: dict[str, int] = {}
        wrong = False
        for place, heading in enumerate(self.heading):
            name = heading.rstrip("*＊ ")
            if name in MARK_HEADINGS or not name:
                continue
            column = by_name.get(name)
            if column is None:
                self.mistakes.add(
                    self._heading_row, name, N_("没有这一列。可用的列：%(columns)s"), **self._titles()
                )
                wrong = True
            elif column.key in found:
                self.mistakes.add(self._heading_row, name, N_("这一列出现了两次。"))
                wrong = True
            else:
                found[column.key] = place
                self.mistakes.headings[column.title] = heading
        for column in self.columns:
            if column.required and column.key not in found:
                self.mistakes.add(self._heading_row, column.title, N_("缺少这一列。"))
                wrong = True
        return None if wrong else [found.get(column.key, -1) for column in self.columns]

    def _titles(self) -> dict[str, str]:
        return {"columns": "、".join(column.title for column in self.columns)}

    def _clean(self, row: int, index: int, value: Cell) -> str:
        column = self.columns[index].title
        if self.columns[index].digits and (
            isinstance(value, int | float)
            or (isinstance(value, str) and _SCIENTIFIC.fullmatch(value.strip()))
        ):
            self.mistakes.add(
                row, column, N_("这里是数字格式，末尾几位可能已丢失。请把这一列设为“文本”格式后重新填写。")
            )
            return UNREADABLE
        try:
            return _plain(value)
        except ValueError:
            self.mistakes.add(row, column, N_("含有看不见的控制字符或无法识别的内容，请删去后重填。"))
            return UNREADABLE


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], list[str]]:
    """What takes the cells at `places` out of a row, in their order; at -1 there is an empty one."""
    if len(places) == 1:
        return lambda cells: [(*cells, "")[places[0]]]
    pick = itemgetter(*places)
    if min(places) < 0:
        return lambda cells: list(pick((*cells, "")))
    return lambda cells: list(pick(cells))


def _plain(value: Cell) -> str:
    """A cell as clean text. Raises ValueError for control characters and numbers that are none."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value if value.isprintable() else _tidy(value)
        text = text.strip()
        # What our own exports put before a risky first sign is taken off again.
        return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) >= _EXACT:
            raise ValueError(value)
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise ValueError(value)


def _tidy(text: str) -> str:
    """Line breaks and odd spaces become spaces, zero-width marks go. Raises ValueError for other controls."""
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if sign in "\t\n\r" or category[0] == "Z":
            kept.append(" ")
        elif category == "Cc":
            raise ValueError(text)
        elif category != "Cf":
            kept.append(sign)
    return "".join(kept)


def parse_date(text: str) -> date | None:
    """2023-06-30, 2023/6/30, 2023.6.30, 20230630 or 2023年6月30日; None for anything else."""
    match = re.fullmatch(
        r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?", text
    ) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _open(data: bytes) -> tuple[Any, list[tuple[int, int]]]:
    """A function that walks the raw rows anew, and row and place of the cells that are formulas."""
    if len(data) > MAX_FILE_BYTES:
        raise SheetTooLarge(megabytes=MAX_FILE_BYTES // MEGABYTE)
    if data.startswith(OLE_MAGIC):
        raise SheetOldFormat
    if data.startswith(ZIP_MAGIC):
        formulas = workbooks.inspect(data)
        sheet = workbooks.open_sheet(data)
        left = workbooks.first_column(sheet)
        return lambda: workbooks.rows(sheet), [(row, ord(c) - ord("A") - left) for row, c in formulas]
    text = csv_text.decode(data)
    return lambda: csv_text.rows(text), []
