"""Workbooks that leave the house, cell by cell. Imported when one is written (core.sheets.marking)."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from core.sheets.harmless import harmless
from core.sheets.tables import MARK_HEADINGS, Column, Mistake, Table

# Beyond this many rows the marked workbook holds only the rows that are wrong.
WHOLE_WORKBOOK_ROWS = 5_000
_YELLOW = PatternFill("solid", start_color="FFFFF2CC", end_color="FFFFF2CC")
_BOLD = Font(bold=True)


def text_workbook(title: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as a workbook of text cells; the first row is the heading."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    return _saved(book)


def marked_table(table: Table, mistakes: Sequence[Mistake]) -> bytes:
    """The rows of `table` with the wrong cells in yellow and the sentences at the row's end."""
    by_row: dict[int, list[Mistake]] = {}
    for mistake in mistakes:
        by_row.setdefault(mistake.row, []).append(mistake)
    whole = sum(1 for _ in zip(table.raw_rows(), range(WHOLE_WORKBOOK_ROWS + 1), strict=False))
    only_wrong = whole > WHOLE_WORKBOOK_ROWS
    book = Workbook(write_only=True)
    sheet = book.create_sheet("标注")
    heading = table.heading
    for index, (number, row) in enumerate(table.raw_rows()):
        wrong = by_row.get(number, [])
        if index == 0:
            cells = [_cell(sheet, text, bold=True) for text in (*heading, *MARK_HEADINGS)]
            for place, text in enumerate(heading):
                _paint(cells[place], any(m.column == text for m in wrong))
            sheet.append(cells if not wrong else [*cells, _cell(sheet, _sentences(wrong))])
        elif wrong or not only_wrong:
            sheet.append(_marked_row(sheet, number, row, heading, wrong))
    return _saved(book)


def blank_table(columns: Sequence[Column]) -> bytes:
    """An empty table to fill in. Its columns are text, so that a spreadsheet keeps every digit."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for number in range(len(columns)):
        style = sheet.column_dimensions[chr(ord("A") + number)]
        style.number_format, style.width = "@", 22
    sheet.append([_cell(sheet, f"{c.title}*" if c.required else c.title, bold=True) for c in columns])
    return _saved(book)


def _marked_row(
    sheet: Any, number: int, row: Sequence[Any], heading: list[str], wrong: list[Mistake]
) -> list[Any]:
    columns = {mistake.column for mistake in wrong}
    padded = [*row[: len(heading)], *[""] * (len(heading) - len(row))]
    cells = [_cell(sheet, value) for value in padded]
    for cell, name in zip(cells, heading, strict=True):
        _paint(cell, name in columns)
    return [*cells, _cell(sheet, _sentences(wrong)), _cell(sheet, number if wrong else "")]


def _sentences(wrong: list[Mistake]) -> str:
    return "；".join(f"{m.column}：{m.sentence()}" if m.column else m.sentence() for m in wrong)


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    # openpyxl refuses control characters and takes "=..." for a formula; the text must arrive as text.
    if isinstance(value, str):
        value = "".join(sign for sign in harmless(value) if sign >= " " or sign in "\t\n\r")
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = "@"
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = _BOLD
    return cell


def _paint(cell: Any, wrong: bool) -> None:
    if wrong:
        cell.fill = _YELLOW


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
