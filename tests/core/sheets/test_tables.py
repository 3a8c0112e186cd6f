"""Files from outside: weighed before they are parsed, read cell by cell, never trusted."""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sheets import csv_text, workbooks
from core.sheets.errors import (
    SheetBusy,
    SheetEmpty,
    SheetOldFormat,
    SheetRefused,
    SheetTooLarge,
    SheetTooLong,
    SheetTooManyColumns,
    SheetTooWide,
    SheetUnreadable,
)
from core.sheets.harmless import harmless
from core.sheets.marking import csv_bytes, marked_workbook, xlsx_bytes
from core.sheets.reading import reading
from core.sheets.tables import UNREADABLE, Column, Table, Upload, parse_date

COLUMNS = (
    Column("name", "姓名"),
    Column("number", "号码", required=False, digits=True),
    Column("note", "备注", required=False),
)


def read(data: bytes) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str, str]]]:
    table = Table(Upload("file", data), COLUMNS)
    rows = list(table.rows())
    return rows, [(m.row, m.column, m.sentence()) for m in table.mistakes.kept]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def replaced(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with its sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            new.writestr(part.filename, change(body) if part.filename.endswith("sheet1.xml") else body)
    return out.getvalue()


def test_csv_and_xlsx_give_the_same_rows() -> None:
    text = "姓名,号码,备注\n张三,007,甲\n\n李四,,\n".encode()
    sheet = workbook(["姓名", "号码", "备注"], ["张三", "007", "甲"], [], ["李四"])
    assert read(text) == read(sheet) == ([(2, ["张三", "007", "甲"]), (4, ["李四", "", ""])], [])


def test_a_table_that_does_not_begin_in_the_corner_keeps_its_row_numbers() -> None:
    sheet = workbook([], [], [None, None, "姓名", "号码"], [None, None, "张三", 7])
    rows, mistakes = read(sheet)
    assert [number for number, _ in rows] == [4]
    assert [(row, column) for row, column, _ in mistakes] == [(4, "号码")]


@pytest.mark.parametrize("number", [110101194912310021, 13800000000, 13800000000.0, 1.1e17, True])
def test_an_identifier_in_a_number_cell_is_refused_since_digits_are_lost(number: Any) -> None:
    rows, mistakes = read(workbook(["姓名", "号码"], ["张三", number]))
    assert rows == [(2, ["张三", UNREADABLE, ""])]
    assert mistakes == [
        (2, "号码", "这里是数字格式，末尾几位可能已丢失。请把这一列设为“文本”格式后重新填写。")
    ]


def test_an_identifier_that_a_spreadsheet_wrote_as_a_power_of_ten_is_refused() -> None:
    _, mistakes = read("姓名,号码\n张三,1.10101E+17\n".encode())
    assert [(row, column) for row, column, _ in mistakes] == [(2, "号码")]


def test_a_formula_cell_is_marked_with_its_row_and_column() -> None:
    _, mistakes = read(workbook(["姓名", "号码"], ["张三", "1"], ['=HYPERLINK("http://x","李四")', "2"]))
    assert mistakes[0] == (3, "姓名", "这个单元格是公式。请改为粘贴数值。")


def test_a_formula_on_another_sheet_is_nobodys_mistake() -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名"])
    book.active.append(["张三"])
    book.create_sheet("说明").append(["=1+1"])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()) == ([(2, ["张三", "", ""])], [])


def test_controls_are_marked_and_invisible_marks_are_dropped() -> None:
    rows, mistakes = read("姓名,备注\n张\u200b三\u3000,甲\u202e乙\n李\x00四,\x1b[31m\n".encode())
    assert rows[0] == (2, ["张三", "", "甲乙"])
    assert [(row, column) for row, column, _ in mistakes] == [(3, "姓名"), (3, "备注")]


def test_cells_beyond_the_headings_are_marked() -> None:
    _, mistakes = read("姓名,备注\n张三,甲,乙\n".encode())
    assert [(row, text) for row, _, text in mistakes] == [(2, "这一行的内容超出了表头的列。")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(SheetEmpty):
        read(data)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x01", b"PK\x03\x04 nonsense", b'"open quote\n', "姓名".encode("utf-16")]
)
def test_what_is_neither_text_nor_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(SheetUnreadable):
        read(data)


def test_an_old_xls_or_a_locked_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(SheetOldFormat) as caught:
        read(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512)
    assert "另存为" in caught.value.sentence()


def test_a_csv_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "MAX_ROWS", 3)
    with pytest.raises(SheetTooLong):
        read("姓名\n甲\n乙\n丙\n丁\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "姓名," * 100,
        "姓名,备注\n" + "," * 100,
        "列," * 7_000_000,
        '"\n",' * 200_000,  # one row in many lines
    ],
)
def test_a_csv_with_more_than_a_hundred_columns_is_refused_before_its_headings_are_read(text: str) -> None:
    with pytest.raises(SheetTooManyColumns) as caught:
        read(text.encode())
    assert caught.value.code == "sheet_too_wide"


def test_a_long_table_full_of_mistakes_keeps_the_first_hundreds_and_counts_the_rest() -> None:
    table = Table(Upload("file", ("姓名\n" + "甲,乙\n" * 2_000).encode()), COLUMNS)
    assert len(list(table.rows())) == 2_000
    assert (table.mistakes.total, len(table.mistakes.kept)) == (2_000, 500)


def test_while_a_table_is_read_another_one_is_told_to_wait() -> None:
    upload = Upload("file", "姓名\n张三\n".encode())
    with reading(upload, COLUMNS) as table:
        with pytest.raises(SheetBusy) as caught, reading(upload, COLUMNS):
            pass
        with pytest.raises(SheetBusy):
            marked_workbook(upload, ())
        assert len(list(table.rows())) == 1
    assert (caught.value.code, caught.value.status) == ("busy", 503)
    with pytest.raises(SheetEmpty), reading(Upload("file", b""), COLUMNS):
        pass
    with reading(upload, COLUMNS) as table:  # a refusal gives the turn back
        assert len(list(table.rows())) == 1


def bomb(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/big.xml", "w") as part:
        block = b"\0" * (1024 * 1024)
        for _ in range(megabytes):
            part.write(block)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    data = bytearray(bomb(400))
    assert len(data) < 500_000
    # Nobody can unpack what is broken inside: the refusal comes from the sizes alone.
    data[1000:2000] = b"\xff" * 1000
    with pytest.raises(SheetTooLarge):
        read(bytes(data))


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(bomb(400))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)  # the directory says: ten bytes
    with pytest.raises((SheetTooLarge, SheetUnreadable)):
        read(bytes(data))


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one part in the place of the old one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("tag", [b"<si/>", b"<x:si/>", b"<si></si>"])
def test_millions_of_empty_shared_texts_are_refused(tag: bytes) -> None:
    whole = workbook(["姓名"], ["张三"])
    allowed = b"<sst>" + tag * 1_000 + b"</sst>"
    workbooks.inspect(with_part(whole, "xl/sharedStrings.xml", allowed))
    with pytest.raises(SheetTooLong):
        read(with_part(whole, "xl/sharedStrings.xml", b"<sst>" + tag * 2_000_001 + b"</sst>"))


@pytest.mark.parametrize("name", ["xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_that_only_describes_the_workbook_may_not_be_large(name: str) -> None:
    data = with_part(workbook(["姓名"], ["张三"]), name, b"<x>" + b"<sheet/>" * 2_200_000 + b"</x>")
    with pytest.raises(SheetTooLarge):
        read(data)


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "AA2", "A300000", "xfd2"])
def test_one_far_cell_cannot_make_the_reader_fill_the_gap(place: str) -> None:
    data = replaced(
        workbook(["姓名"], ["张三"]),
        lambda xml: xml.replace(b'r="A2"', f'r="{place}"'.encode()),
    )
    with pytest.raises(SheetTooWide):
        read(data)


@pytest.mark.parametrize(
    "tag",
    [
        b"<c r='XFD9' t=\"inlineStr\">",
        b'<c t="inlineStr">',
        b'<c  x=\' r="A2"\' r="XFD9" t="inlineStr">',
        b'<x:c r="XFD9" t="inlineStr">',
        b'<c r = "XFD9" t="inlineStr">',
    ],
)
def test_odd_spelling_does_not_hide_a_far_cell(tag: bytes) -> None:
    data = replaced(workbook(["姓名"], ["张三"]), lambda xml: re.sub(rb'<c r="A2"[^>]*>', tag, xml))
    with pytest.raises(SheetRefused):
        read(data)


def test_a_part_packed_in_an_unusual_way_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    with pytest.raises(SheetUnreadable):
        read(out.getvalue())


def test_a_damaged_workbook_is_refused() -> None:
    data = workbook(["姓名"], ["张三"])
    for cut in (len(data) // 2, len(data) - 10):
        with pytest.raises(SheetUnreadable):
            read(data[:cut])
    with pytest.raises(SheetUnreadable):
        read(replaced(data, lambda xml: xml[: len(xml) // 2]) + zlib.compress(b"tail"))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, b"PK\x03\x04" + data):
        with suppress(SheetRefused):
            read(content)


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "\n=1"])
def test_what_a_spreadsheet_might_run_leaves_as_plain_text(risky: str) -> None:
    assert harmless(risky) == "'" + risky
    assert harmless("张三") == "张三"
    assert b",'=1" in csv_bytes([("x", "=1")])
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes("表", [("列",), (risky,)])))
    assert book.active["A2"].data_type == "s"


def test_our_own_export_comes_back_as_it_was() -> None:
    table = [("姓名", "备注"), ("张三", "-3"), ("李四", "=x"), ("王五", "'引号")]
    for data in (csv_bytes(table), xlsx_bytes("表", table)):
        rows, mistakes = read(data)
        assert mistakes == []
        assert [values for _, values in rows] == [
            ["张三", "", "-3"],
            ["李四", "", "=x"],
            ["王五", "", "'引号"],
        ]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023-06-30", "2023-06-30"),
        ("2023/6/3", "2023-06-03"),
        ("2023.6.3", "2023-06-03"),
        ("20230603", "2023-06-03"),
        ("2023年6月3日", "2023-06-03"),
        ("2023-02-30", None),
        ("昨天", None),
        ("0000-01-01", None),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, iso: str | None) -> None:
    day = parse_date(text)
    assert (day.isoformat() if day else None) == iso


CELLS = st.sampled_from(
    ["", "张三", " 李四", "王 五", "'=1", "1E17", "e", "12", "a|b", "a\u200bb", "\x07", "\u3000", "|"]
)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=4), max_size=8))
def test_rows_that_are_looked_at_together_read_as_each_would_alone(cells: list[list[str]]) -> None:
    heading = [column.title for column in COLUMNS]
    together = read(csv_bytes_as_they_are([heading, *cells]))
    alone: tuple[list[Any], list[Any]] = ([], [])
    for place, row in enumerate(cells):
        # In its place, with a long row in its block that lets nothing be taken at one glance.
        rows = [heading, *([[""] * 3] * place), row, ["", "", "", "", "x"]]
        got, marks = read(csv_bytes_as_they_are(rows))
        alone[0].extend(each for each in got if each[0] == place + 2)
        alone[1].extend(mark for mark in marks if mark[0] == place + 2)
    assert together == alone


@pytest.mark.parametrize("heading", ["姓名", "备注,姓名", "姓名,号码", "备注,号码,姓名"])
def test_columns_that_are_not_there_read_as_empty(heading: str) -> None:
    names = heading.split(",")
    rows, marks = read("\n".join([heading, *([",".join(names)] * 3)]).encode())
    expected = [column.title if column.title in names else "" for column in COLUMNS]
    assert (rows, marks) == ([(number, expected) for number in (2, 3, 4)], [])


def csv_bytes_as_they_are(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
