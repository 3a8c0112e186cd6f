"""XLSX files from outside: weighed before anything parses them.

A workbook is a zip of XML. Four small files can bring a server down: one that unpacks to
gigabytes, one with a single cell in the last column and row (the reader fills the gap with
empty cells), one with millions of empty texts (the reader keeps a slot for each), and one whose
sizes lie. So every part is unpacked once in small pieces, counted, and searched for cells
outside the allowed field; only then does the reader see it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import python_calamine

from core.sheets.csv_text import MAX_ROWS
from core.sheets.errors import SheetTooLarge, SheetTooLong, SheetTooWide, SheetUnreadable

# A county of 300,000 residents unpacks to some 200 MB.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
# Texts that sheets share (<si>). A row has at most four of its own: name, ID number, phone, address.
MAX_SHARED_TEXTS = 2_000_000
# Parts that only describe the workbook; the reader keeps all they list.
_DESCRIBING = ("/workbook.xml", "/styles.xml", ".rels")
_MAX_DESCRIPTION = 16 * 1024 * 1024
_MAX_PARTS = 1_000
_CHUNK = 1024 * 1024
# A cell tag that does not name a place A1 to Z299999 in the usual spelling.
_STRAY_CELL = re.compile(
    rb'<(?:[\w.-]+:)?c(?=[\s/>])(?!(?:\s+(?!r=)[\w:.-]+="[^"<>]*")*\s+r="[A-Z](?:[12]\d{5}|\d{1,5})"[\s/>])'
)
_FORMULA = re.compile(rb'<c(?:\s[^<>]*)?\sr="([A-Z])(\d{1,6})"[^<>]*>\s*<f[\s/>]')
_SHEET_ID = re.compile(rb'<(?:\w+:)?sheet\s[^<>]*?:id="([^"<>]+)"')
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TARGET = re.compile(rb'\sTarget="[^"<>&]+\.xml"', re.IGNORECASE)
_MAX_FORMULAS = 100
# What zipfile and zlib raise for archives that are no sound ones.
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, EOFError, RuntimeError)


def inspect(data: bytes) -> list[tuple[int, str]]:
    """Weigh a workbook; returns (row, column letter) of the first sheet's formula cells.

    Raises SheetTooLarge, SheetTooWide or SheetUnreadable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # A comment could hold a second directory that another reader would take for the real one.
            if archive.comment or len(archive.infolist()) > _MAX_PARTS:
                raise SheetUnreadable
            with_formulas = _weigh(archive)
            _demand_xml_targets(archive)
            sheet = _first_sheet(archive)
            return _formulas(archive, sheet) if sheet in with_formulas else []
    except _BROKEN as error:
        raise SheetUnreadable from error


def _weigh(archive: zipfile.ZipFile) -> set[str]:
    """Unpack every part once; returns the names of those in which a formula may stand."""
    left, shared = MAX_UNPACKED_BYTES, 0
    with_formulas: set[str] = set()
    # An honest bomb is refused by the sizes it states, before a byte of it is unpacked.
    if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise SheetTooLarge(megabytes=MAX_UNPACKED_BYTES // 1024 // 1024)
    for part in archive.infolist():
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or part.flag_bits & 1:
            raise SheetUnreadable
        name = part.filename.lower()
        floor = max(left - _MAX_DESCRIPTION, 0) if name.endswith(_DESCRIBING) else 0
        # The stated size may lie: read until the data end, or the limit is passed.
        part.file_size = left + 2 * _CHUNK
        is_xml = name.endswith(".xml")
        rest = b""
        with archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                left -= len(piece)
                if left < floor:
                    raise SheetTooLarge(megabytes=MAX_UNPACKED_BYTES // 1024 // 1024)
                if is_xml:
                    text = rest + piece
                    if b"<f" in text:
                        with_formulas.add(part.filename)
                    rest = _search_stray(text)
                    # What is left for the next piece begins with a tag, which is counted there.
                    shared += _shared_texts(text) - _shared_texts(rest)
                    if shared > MAX_SHARED_TEXTS:
                        raise SheetTooLong(rows=MAX_ROWS)
        if _STRAY_CELL.search(rest):
            raise SheetTooWide(row_limit=MAX_ROWS)
    return with_formulas


def _shared_texts(text: bytes) -> int:
    return text.count(b"<si") + text.count(b":si")


def _search_stray(text: bytes) -> bytes:
    """Search the whole tags of `text`; returns the last, perhaps torn one for the next piece."""
    end = text.rfind(b"<")
    if end < 0:
        return b""
    if _STRAY_CELL.search(text, 0, end):
        raise SheetTooWide(row_limit=MAX_ROWS)
    if len(text) - end > _CHUNK:
        raise SheetUnreadable  # no cell and no tag is that long
    return text[end:]


def _demand_xml_targets(archive: zipfile.ZipFile) -> None:
    # Only parts named .xml were searched, so the workbook may name no other part as a sheet.
    relations = archive.read(_RELATIONS)
    if len(re.findall(rb"Target\s*=", relations)) != len(_TARGET.findall(relations)):
        raise SheetUnreadable


def _formulas(archive: zipfile.ZipFile, sheet: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    rest = b""
    with archive.open(sheet) as stream:
        while piece := stream.read(_CHUNK):
            text = rest + piece
            if b"<f" in text:
                found += [(int(m[2]), m[1].decode()) for m in _FORMULA.finditer(text)]
            if len(found) >= _MAX_FORMULAS:
                break
            rest = text[max(text.rfind(b"<c "), len(text) - _CHUNK, 0) :]
    return list(dict.fromkeys(found))[:_MAX_FORMULAS]


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The part that holds the first sheet. Raises KeyError or ValueError when there is none."""
    match = _SHEET_ID.search(archive.read("xl/workbook.xml"))
    if match is None:
        raise ValueError("no sheet")
    relations = archive.read(_RELATIONS)
    for tag in re.findall(rb"<(?:\w+:)?Relationship\s[^<>]*>", relations):
        if b'Id="' + match[1] + b'"' in tag:
            target = re.search(rb'Target="([^"<>]+)"', tag)
            if target:
                path = target[1].decode().lstrip("/")
                return path if path.startswith("xl/") else f"xl/{path}"
    raise ValueError("no sheet")


def open_sheet(data: bytes) -> Any:
    """The first sheet, read by calamine. Raises SheetUnreadable or SheetTooLong."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        height = sheet.total_height
    except BaseException as error:
        # The reader is native code; what it trips over may come as a panic, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise SheetUnreadable from None
        raise
    if height > MAX_ROWS:
        raise SheetTooLong(rows=MAX_ROWS)
    return sheet


def first_column(sheet: Any) -> int:
    """How many empty columns the reader leaves out on the left."""
    return int(sheet.start[1]) if sheet.start else 0


def rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Row number and cells, from the first row with content; numbers are those the spreadsheet shows."""
    top = sheet.start[0] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > top:
            yield number, row
