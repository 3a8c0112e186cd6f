"""gridgov import | export: all or nothing, with what is wrong marked."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

HOUSEHOLDS = """\
区划代码,户编号,姓名,是否户主,公民身份号码,电话
341504001001,新-1,张三,是,341504195501010018,13800000001
341504001001,新-1,李四,否,,
"""


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "table.csv"
        file.write_text(text, "utf-8")
        return file

    return write


def rows(run: Callable, data: Path, name: str) -> int:
    tables = run("audit", "tables", "--json", "--data", data).json
    return next(table["rows"] for table in tables if table["name"] == name)


def test_households_come_in_after_a_dry_run(run: Callable, data: Path, table: Callable) -> None:
    file = table(HOUSEHOLDS)
    before = rows(run, data, "people_person")
    tried = run("import", "households", file, "--dry-run", "--data", data)
    assert (tried.status, "尚未写入" in tried.out) == (0, True), tried
    assert rows(run, data, "people_person") == before
    assert run("import", "households", file, "--data", data).status == 0
    assert rows(run, data, "people_person") == before + 2


def test_one_mistake_keeps_everything_out_and_is_marked(
    run: Callable, data: Path, table: Callable, tmp_path: Path
) -> None:
    file = table(HOUSEHOLDS.replace("341504195501010018", "341504195501010013"))
    before = rows(run, data, "people_person")
    marked = tmp_path / "marked.xlsx"
    refused = run("import", "households", file, "--marked", marked, "--data", data)
    refused.refused(1, "第 2 行 公民身份号码", "没有导入任何一行", str(marked))
    assert rows(run, data, "people_person") == before
    sheet = openpyxl.load_workbook(marked).active
    assert sheet is not None
    assert "公民身份号码" in str(sheet.cell(2, sheet.max_column - 1).value)


def test_the_list_of_areas_may_come_in_again(run: Callable, data: Path) -> None:
    file = Path(__file__).parents[3] / "config" / "areas" / "341504.csv"
    outcome = run("import", "areas", file, "--json", "--data", data)
    assert (outcome.status, outcome.json["counts"]["unchanged"]) == (0, 84)


def test_a_file_that_is_no_table_is_one_sentence(run: Callable, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    run("import", "areas", file, "--data", data).refused(1, "文件")


def test_a_missing_file_is_wrong_usage(run: Callable, data: Path) -> None:
    run("import", "areas", "nowhere.csv", "--data", data).refused(2, "找不到")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_masked_and_leaves_an_audit_line(
    run: Callable, data: Path, tmp_path: Path, kind: str
) -> None:
    before = run("audit", "head", "--json", "--data", data).json["seq"]
    file = tmp_path / f"households.{kind}"
    assert run("export", "households", file, "--data", data).status == 0
    assert run("audit", "head", "--json", "--data", data).json["seq"] == before + 1
    if kind == "csv":
        text = file.read_text("utf-8-sig")
        assert "模拟-0001" in text
        assert "341***********" in text
    else:
        assert openpyxl.load_workbook(file).active is not None


def test_an_import_is_undone_by_its_number(run: Callable, data: Path, table: Callable) -> None:
    before = rows(run, data, "people_person")
    batch = run("import", "households", table(HOUSEHOLDS), "--json", "--data", data).json["batch"]
    undone = run("import", "undo", batch, "--data", data)
    assert (undone.status, "2 人" in undone.out) == (0, True), undone
    assert rows(run, data, "people_person") == before
    run("import", "undo", batch, "--data", data).refused(1, "已经撤销")
    run("import", "undo", 999, "--data", data).refused(1, "")
