"""Tables as people send and take them: CSV and Excel in, checked row by row and marked; CSV and Excel out.

Nothing here knows what the rows mean: a module gives its columns and checks, and gets back either
clean rows or a marked list of every mistake.
"""

from core.sheets.errors import ImportRefused, SheetEmpty, SheetRefused
from core.sheets.marking import CSV_TYPE, XLSX_TYPE, blank_workbook, csv_bytes, marked_file, xlsx_bytes
from core.sheets.pending import drop_upload, keep_upload, kept_upload
from core.sheets.reading import reading
from core.sheets.tables import (
    UNREADABLE,
    Column,
    Mistake,
    Mistakes,
    Outcome,
    Table,
    Upload,
    parse_date,
)

__all__ = [
    "CSV_TYPE",
    "UNREADABLE",
    "XLSX_TYPE",
    "Column",
    "ImportRefused",
    "Mistake",
    "Mistakes",
    "Outcome",
    "SheetEmpty",
    "SheetRefused",
    "Table",
    "Upload",
    "blank_workbook",
    "csv_bytes",
    "drop_upload",
    "keep_upload",
    "kept_upload",
    "marked_file",
    "parse_date",
    "reading",
    "xlsx_bytes",
]
