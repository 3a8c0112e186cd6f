"""The whole staffing from a table: whole or not at all, marked, taken back whole."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from core.accounts.api import operator
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, check_digit
from core.sheets import SheetRefused, Upload, marked_file
from plugins.grid.errors import BatchGone
from plugins.grid.models.staffing import Batch, Staff
from plugins.grid.queries.staffing import staff_of
from plugins.grid.services.posts import end_post
from plugins.grid.services.staff_import import import_staff, list_batches, undo_import
from tests.plugins.grid.ground.village import FIRST, SECOND, SISTER_GRID, THIRD, VILLAGE, Village

HEADINGS = ("网格代码", "岗位", "姓名", "公民身份号码", "身份", "公示电话", "任职日期")
People = list[tuple[str, str]]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def number_of(serial: int) -> str:
    body = f"341504198001{serial // 1000 % 28 + 1:02d}{serial % 1000:03d}"
    return body + check_digit(body)


@pytest.fixture
def people(village: Village) -> People:
    """Nine registered people with ID numbers: name and number."""
    made = [(f"候选{serial}", number_of(serial)) for serial in range(9)]
    persons = [PersonRow(name, citizen_id=number) for name, number in made]
    rows = [HouseholdRow(VILLAGE, person.name, persons=[person]) for person in persons]
    bulk_insert_households(operator(), rows)
    return made


def workbook(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> Upload:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return Upload("人员.xlsx", out.getvalue())


def good_rows(people: People) -> list[list[str]]:
    roles = ("网格长", "专职网格员", "协管员")
    return [
        [grid, role, *people[3 * place + seat], "", "", "2026-01-05"]
        for place, grid in enumerate((FIRST, SECOND, THIRD))
        for seat, role in enumerate(roles)
    ]


def mistakes(village: Village, upload: Upload) -> list[tuple[int, str]]:
    outcome = import_staff(village.secretary, upload, dry_run=False)
    assert not Staff.unscoped("test").exists()
    return [(mistake.row, mistake.column) for mistake in outcome.mistakes]


def test_a_clean_table_staffs_the_whole_village(village: Village, people: People) -> None:
    upload = workbook(good_rows(people))
    look = import_staff(village.secretary, upload, dry_run=True)
    assert (look.clean, look.counts, Staff.unscoped("test").exists()) == (
        True,
        {"posts": 9, "grids": 3},
        False,
    )
    assert import_staff(village.secretary, upload, dry_run=False).clean
    leader, member, assistant = staff_of(SECOND)
    assert (leader.name, leader.capacity, leader.since) == ("候选3", "cadre", date(2026, 1, 5))
    assert (member.capacity, assistant.capacity) == ("group_head", "party_member")


def test_full_width_digits_and_odd_spaces_are_understood(village: Village, people: People) -> None:
    row = good_rows(people)[0]
    row[0], row[3] = row[0].translate(FULL_WIDTH), f" {row[3].translate(FULL_WIDTH)}　"
    row[5] = "１３８００１３８０００"
    assert import_staff(village.secretary, workbook([row]), dry_run=False).clean
    assert staff_of(FIRST)[0].phone == "13800138000"


def test_numbers_in_number_cells_are_marked_for_they_lost_digits(village: Village, people: People) -> None:
    rows: list[list[Any]] = [list(row) for row in good_rows(people)[:2]]
    rows[0][3] = 341504198001010001
    rows[1][0] = int(FIRST)
    assert mistakes(village, workbook(rows)) == [(2, "公民身份号码"), (3, "网格代码")]


def test_merged_headings_and_missing_columns_are_named(village: Village, people: People) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(good_rows(people)).data))
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("B1:C1")
    out = io.BytesIO()
    book.save(out)
    outcome = import_staff(village.secretary, Upload("x.xlsx", out.getvalue()), dry_run=False)
    assert [(m.row, m.column) for m in outcome.mistakes] == [(1, "姓名")]


def test_a_formula_is_marked(village: Village, people: People) -> None:
    rows = good_rows(people)
    rows[4][2] = '=CONCATENATE("候选", "4")'
    assert (6, "姓名") in mistakes(village, workbook(rows))


def test_a_bomb_is_refused_by_its_unpacked_size(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in zipfile_parts(workbook([]).data):
            book.writestr(name, data)
        book.writestr("xl/media/bomb.bin", b"\0" * 400_000_000)
    assert len(out.getvalue()) < 1_000_000

    def unpack(*_: object) -> bytes:
        raise AssertionError("unpacked")

    monkeypatch.setattr(zipfile.ZipExtFile, "read", unpack)
    with pytest.raises(SheetRefused):
        import_staff(village.secretary, Upload("x.xlsx", out.getvalue()), dry_run=True)


def zipfile_parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [(name, book.read(name)) for name in book.namelist()]


def test_each_wrong_cell_is_named(village: Village, people: People) -> None:
    name, number = people[0]
    wrong = [
        [SISTER_GRID, "网格长", name, number, "", "", ""],
        [FIRST, "村长", name, number, "", "", ""],
        [FIRST, "网格长", "别人", people[1][1], "", "", ""],
        [FIRST, "协管员", name, "341504198001010009", "", "", ""],
        [FIRST, "协管员", "没有这人", number_of(777), "", "", ""],
        [FIRST, "协管员", *people[2], "国王", "", ""],
        [FIRST, "协管员", *people[3], "", "12", ""],
        [FIRST, "协管员", *people[4], "", "", "昨天"],
        [SECOND, "网格长", *people[5], "", "", ""],
        [SECOND, "网格长", *people[6], "", "", ""],
        [THIRD, "协管员", *people[7], "", "", ""],
        [THIRD, "协管员", *people[7], "", "", ""],
    ]
    assert mistakes(village, workbook(wrong)) == [
        (2, "网格代码"),
        (3, "岗位"),
        (4, "姓名"),
        (5, "公民身份号码"),
        (6, "公民身份号码"),
        (7, "身份"),
        (8, "公示电话"),
        (9, "任职日期"),
        (11, "岗位"),
        (13, "公民身份号码"),
    ]


def test_a_seat_that_is_taken_is_marked(village: Village, people: People) -> None:
    import_staff(village.secretary, workbook(good_rows(people)[:1]), dry_run=False)
    outcome = import_staff(village.secretary, workbook(good_rows(people)[:1]), dry_run=False)
    assert {mistake.column for mistake in outcome.mistakes} == {"岗位", "公民身份号码"}


def test_one_bad_row_in_fifty_thousand_keeps_all_out_and_comes_back_marked(
    village: Village, people: People
) -> None:
    extra = [HouseholdRow(VILLAGE, f"大{n}", persons=[]) for n in range(50)]
    for place, row in enumerate(extra):
        row.persons = [
            PersonRow(f"多{place}-{seat}", citizen_id=number_of(1000 + place * 500 + seat))
            for seat in range(500)
        ]
    bulk_insert_households(operator(), extra)
    crowd = [(person.name, person.citizen_id) for row in extra for person in row.persons]
    rows = [[grid, "协管员", *who, "", "", ""] for who in crowd for grid in (FIRST, SECOND)]
    assert len(rows) == 50_000
    rows[31_415][1] = "村长"
    text = "\n".join(",".join(row) for row in [list(HEADINGS), *rows])
    upload = Upload("人员.csv", text.encode())
    outcome = import_staff(village.secretary, upload, dry_run=False)
    assert [(mistake.row, mistake.column) for mistake in outcome.mistakes] == [(31_417, "岗位")]
    assert not Staff.unscoped("test").exists()
    assert not Batch.unscoped("test").exists()
    name, _, body = marked_file(upload, outcome.mistakes, "csv")
    assert name.endswith(".csv")
    assert "31417" in body.decode("utf-8-sig")


def test_an_import_is_taken_back_whole(village: Village, people: People) -> None:
    import_staff(village.secretary, workbook(good_rows(people)), dry_run=False)
    (batch,) = list_batches(village.secretary)
    assert undo_import(village.secretary, batch.id) == 9
    assert not staff_of(FIRST)
    with pytest.raises(BatchGone):
        undo_import(village.secretary, batch.id)
    # The seats are free again.
    assert import_staff(village.secretary, workbook(good_rows(people)), dry_run=False).clean


def test_an_import_that_people_built_on_stays(village: Village, people: People) -> None:
    import_staff(village.secretary, workbook(good_rows(people)), dry_run=False)
    (batch,) = list_batches(village.secretary)
    end_post(village.secretary, staff_of(THIRD)[2].id, why="left")
    with pytest.raises(BatchGone):
        undo_import(village.secretary, batch.id)
    assert len(staff_of(FIRST)) == 3
