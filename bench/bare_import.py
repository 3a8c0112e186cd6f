"""The baseline of an import: read the table, write its rows; no check, no sealing, no record."""

import csv
import json
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine

COLUMNS = 9
_TABLE = f"""
    PRAGMA journal_mode=wal; PRAGMA synchronous=full;
    CREATE TABLE resident (id INTEGER PRIMARY KEY, {", ".join(f"c{n} TEXT" for n in range(COLUMNS))});
    CREATE INDEX resident_household ON resident (c0, c1);
    CREATE INDEX resident_citizen_id ON resident (c4);
"""


def _csv(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.reader(stream)


def _calamine(file: Path) -> Iterator[list[Any]]:
    return iter(python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())


def _openpyxl(file: Path) -> Iterator[tuple[Any, ...]]:
    book = openpyxl.load_workbook(file, read_only=True)
    yield from book.worksheets[0].iter_rows(values_only=True)


READERS = {"csv": _csv, "calamine": _calamine, "openpyxl": _openpyxl}


def _write(file: Path, rows: Iterable[Any]) -> int:
    db = sqlite3.connect(file, isolation_level=None)
    db.executescript(_TABLE)
    marks = ", ".join("?" * COLUMNS)
    db.execute("BEGIN")
    names = ", ".join(f"c{n}" for n in range(COLUMNS))
    db.executemany(f"INSERT INTO resident ({names}) VALUES ({marks})", rows)
    db.execute("COMMIT")
    count = db.execute("SELECT COUNT(*) FROM resident").fetchone()[0]
    db.close()
    return int(count)


def _main(reader: str, table: Path, file: Path) -> dict[str, float]:
    began = time.perf_counter()
    count = _write(file, READERS[reader](table))
    return {"rows": count, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    print(json.dumps(_main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
