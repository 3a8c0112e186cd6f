"""Tables that leave the house: exports, marked lists, marked workbooks.

Every text that a spreadsheet might take for a formula gets an apostrophe in front (CSV injection,
OWASP): the names in an export were typed by somebody else than who opens it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from core.errors import NotFound
from core.sheets.reading import reading
from core.sheets.tables import MARK_HEADINGS, Column, Mistake, Table, Upload

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
# Beyond this many rows the marked workbook holds only the rows that are wrong.
WHOLE_WORKBOOK_ROWS = 5_000
_RISKY = tuple("=+-@\t\r\n＝＋－＠")
_YELLOW = PatternFill("solid", start_color="FFFFF2CC", end_color="FFFFF2CC")
_BOLD = Font(bold=True)


def harmless(value: Any) -> Any:
    """`value` as a spreadsheet will show it, never run it."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV: UTF-8 with BOM, without which Excel in China shows garbled names."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_bytes(title: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as a workbook of text cells; the first row is the heading."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    return _saved(book)


def marked_file(upload: Upload, mistakes: Sequence[Mistake], kind: str) -> tuple[str, str, bytes]:
    """File name, media type and content of the marked list (`csv`) or workbook (`xlsx`). Raises NotFound."""
    if kind == "csv":
        return "mistakes.csv", CSV_TYPE, marked_list(mistakes)
    if kind == "xlsx":
        return "marked.xlsx", XLSX_TYPE, marked_workbook(upload, mistakes)
    raise NotFound


def marked_list(mistakes: Iterable[Mistake]) -> bytes:
    """The mistakes as CSV: row, column, sentence."""
    lines = [(mistake.row, mistake.column, mistake.sentence()) for mistake in mistakes]
    return csv_bytes([("行号", "列", "问题"), *lines])


def marked_workbook(upload: Upload, mistakes: Sequence[Mistake]) -> bytes:
    """The upload as a workbook with the wrong cells in yellow and the sentences at the row's end.

    Mended, it can be uploaded as it is. A long table comes back with its wrong rows only, each
    with its original row number.
    """
    with reading(upload, ()) as table:
        return _marked(table, mistakes)


def _marked(table: Table, mistakes: Sequence[Mistake]) -> bytes:
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


def blank_workbook(columns: Sequence[Column]) -> bytes:
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
