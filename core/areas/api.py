"""The door of the areas module: everything that upper modules and plugins may use."""

from core.areas.errors import ImportRefused, SheetEmpty, SheetRefused
from core.areas.levels import DIGITS as LEVEL_DIGITS
from core.areas.levels import TITLES as LEVEL_TITLES
from core.areas.levels import codes_above, parent_code
from core.areas.marking import CSV_TYPE, XLSX_TYPE, blank_workbook, csv_bytes, marked_file, xlsx_bytes
from core.areas.pending import drop_upload, keep_upload, kept_upload
from core.areas.queries import (
    area,
    area_names,
    children,
    current_code,
    descendant_counts,
    get_area,
    is_current,
    list_areas,
    path_name,
    path_names,
    roots,
)
from core.areas.services import import_areas, install_areas
from core.areas.tables import UNREADABLE, Column, Mistake, Mistakes, Outcome, Table, Upload, parse_date

__all__ = [
    "CSV_TYPE",
    "LEVEL_DIGITS",
    "LEVEL_TITLES",
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
    "area",
    "area_names",
    "blank_workbook",
    "children",
    "codes_above",
    "csv_bytes",
    "current_code",
    "descendant_counts",
    "drop_upload",
    "get_area",
    "import_areas",
    "install_areas",
    "is_current",
    "keep_upload",
    "kept_upload",
    "list_areas",
    "marked_file",
    "parent_code",
    "parse_date",
    "path_name",
    "path_names",
    "roots",
    "xlsx_bytes",
]
