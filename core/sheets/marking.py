"""Tables that leave the house: exports, marked lists, marked workbooks.

Writing workbooks (core.sheets.books) is imported when one is written: openpyxl would cost a fifth of
every start of the program, and most days nobody asks for a workbook.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from core.errors import NotFound
from core.sheets.harmless import harmless
from core.sheets.reading import reading
from core.sheets.tables import Column, Mistake, Upload

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV: UTF-8 with BOM, without which Excel in China shows garbled names."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([harmless(value) for value in row])
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_bytes(title: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as a workbook of text cells; the first row is the heading."""
    from core.sheets.books import text_workbook

    return text_workbook(title, rows)


def blank_workbook(columns: Sequence[Column]) -> bytes:
    """An empty table to fill in. Its columns are text, so that a spreadsheet keeps every digit."""
    from core.sheets.books import blank_table

    return blank_table(columns)


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
    from core.sheets.books import marked_table

    with reading(upload, ()) as table:
        return marked_table(table, mistakes)
