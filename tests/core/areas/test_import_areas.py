"""The county imports its own list: all of it, or nothing and a marked list."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core import audit
from core.areas import queries
from core.areas.models import Area
from core.areas.services import import_areas, install_areas
from core.county import County
from core.errors import Forbidden
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.sheets import marking
from core.sheets.tables import Outcome, Upload

ROOT = Path(__file__).parents[3]
HEAD = "区划代码,名称,级别,生效日期,失效日期,继任区划代码\n"
ENGLISH = "code,name,level,valid_from,valid_to,successor_code\n"
COUNTY = AreaScope(("341504",))
Actors = Callable[..., Any]


def table(*lines: str, head: str = HEAD) -> Upload:
    return Upload("areas.csv", (head + "".join(line + "\n" for line in lines)).encode())


def marks(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(mistake.row, mistake.column, mistake.sentence()) for mistake in outcome.mistakes]


def count() -> int:
    return Area.unscoped("a test counts").count()


@pytest.fixture
def admin(actor: Actors) -> Any:
    return actor("county_admin", "341504")


def test_the_real_list_of_yeji_is_imported_as_it_is(county: County, admin: Any) -> None:
    data = (ROOT / "config/areas/341504.csv").read_bytes()
    Area.delete().execute()
    dry = import_areas(admin, Upload("341504.csv", data), dry_run=True)
    assert dry.clean
    assert dry.counts == {"added": 84, "changed": 0, "unchanged": 0}
    assert count() == 0
    import_areas(admin, Upload("341504.csv", data), dry_run=False)
    assert count() == 84
    counts = queries.descendant_counts(COUNTY, ["341504"])
    assert counts["341504"] == {"town": 6, "village": 77}
    again = import_areas(admin, Upload("341504.csv", data), dry_run=False)
    assert again.counts == {"added": 0, "changed": 0, "unchanged": 84}
    assert queries.path_name("341504001001") == "叶集区 史河街道 新元社区居委会"


def test_an_import_leaves_one_audit_line(county: County, admin: Any) -> None:
    before, _ = audit.head()
    outcome = import_areas(admin, table("341504001009,九村,village,2026-01-01,,"), dry_run=False)
    assert outcome.clean, outcome
    assert audit.head()[0] == before + 1
    line = audit.lines(COUNTY)[0][0]
    assert (line.action, line.area_code) == ("areas.import_areas", "341504")


def test_every_mistake_is_named_with_row_column_and_sentence_and_nothing_is_written(
    county: County, admin: Any
) -> None:
    before = count()
    outcome = import_areas(
        admin,
        table(
            "341504001009,好村,village,2026-01-01,,",
            "34150400100,短村,village,2026-01-01,,",
            "341504009001,孤村,village,2026-01-01,,",
            "341504001009,重村,village,2026-01-01,,",
            "341504001010,日村,village,2026-02-30,,",
            "341504001011,反村,village,2026-01-02,2026-01-01,",
            "341504001012,,village,2026-01-01,,",
            "341504001013,怪村,planet,2026-01-01,,",
            "330683001001,远村,village,2026-01-01,,",
            "abc,字村,village,2026-01-01,,",
        ),
        dry_run=False,
    )
    assert marks(outcome) == [
        (3, "区划代码", "这一级的代码应为 12 位，这里是 11 位。"),
        (4, "区划代码", "上级 341504009 不在文件里，也不在系统里。"),
        (5, "区划代码", "与第 2 行的代码重复。"),
        (6, "生效日期", "日期应写成 2023-06-30 的样子。"),
        (7, "失效日期", "失效日期早于生效日期。"),
        (8, "名称", "名称应为 1 到 60 个字。"),
        (9, "级别", "级别应为 市、县区、镇街、村社、网格 之一（或 city、county、town、village、grid）。"),
        (10, "区划代码", "不在您负责维护的区域内。"),
        (11, "区划代码", "代码应只有数字。"),
    ]
    assert count() == before


def test_chinese_headings_levels_and_dates_are_understood(county: County, admin: Any) -> None:
    head = "区划代码*,名称,级别,生效日期\n"
    outcome = import_areas(
        admin,
        table("341504003,丙镇,镇街,2026年1月5日", "341504003001,丁村,村社,2026/1/5", head=head),
        dry_run=False,
    )
    assert marks(outcome) == []
    assert queries.area(COUNTY, "341504003001").valid_from.isoformat() == "2026-01-05"


def test_wrong_headings_are_named_and_no_row_is_looked_at(county: County, admin: Any) -> None:
    outcome = import_areas(admin, table("1,2,3", head="code,nmae,code\n"), dry_run=True)
    assert [(row, column) for row, column, _ in marks(outcome)] == [
        (1, "nmae"),
        (1, "code"),
        (1, "名称"),
        (1, "级别"),
        (1, "生效日期"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_that_offices_use_is_read(county: County, admin: Any, encoding: str) -> None:
    text = HEAD + "341504001009,䶮村𠮷,village,2026-01-01,,\n"
    outcome = import_areas(admin, Upload("areas.csv", text.encode(encoding)), dry_run=False)
    assert marks(outcome) == []
    assert queries.area_names(["341504001009"]) == {"341504001009": "䶮村𠮷"}


def test_a_merged_village_stays_readable_and_leads_to_its_successor(county: County, admin: Any) -> None:
    outcome = import_areas(
        admin,
        table(
            "341504001001,一村,village,2000-01-01,2026-01-31,341504001002",
            "341504001002,二村,village,2000-01-01,2026-02-10,341504001003",
            "341504001003,新村,village,2026-02-01,,",
        ),
        dry_run=False,
    )
    assert marks(outcome) == []
    old = queries.area(COUNTY, "341504001001")
    assert (old.name, old.successor_code) == ("一村", "341504001002")
    assert queries.current_code("341504001001") == "341504001003"
    assert not queries.is_current("341504001001")
    listed = [row.code for row in queries.children(COUNTY, "341504001")]
    assert listed == ["341504001003"]
    from datetime import date

    then = [row.code for row in queries.children(COUNTY, "341504001", on_date=date(2026, 1, 31))]
    assert then == ["341504001001", "341504001002"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ["341504001001,一村,village,2000-01-01,2026-01-31,341504001099"],
            "继任代码不在文件里，也不在系统里。",
        ),
        (["341504001001,一村,village,2000-01-01,2026-01-31,341504001"], "继任区域应为同一级。"),
        (["341504001001,一村,village,2000-01-01,,341504001002"], "填了继任代码，也应填失效日期。"),
        (
            ["341504001001,一村,village,2000-01-01,2026-01-31,341504001001"],
            "继任代码绕成了圈，找不到现在的区域。",
        ),
        (
            [
                "341504001001,一村,village,2000-01-01,2026-01-31,341504001002",
                "341504001002,二村,village,2000-01-01,2026-01-31,341504001001",
            ],
            "继任代码绕成了圈，找不到现在的区域。",
        ),
    ],
)
def test_a_successor_that_leads_nowhere_is_refused(
    county: County, admin: Any, lines: list[str], sentence: str
) -> None:
    outcome = import_areas(admin, table(*lines), dry_run=False)
    assert {text for _, _, text in marks(outcome)} == {sentence}


def test_only_who_maintains_areas_may_import(county: County, actor: Actors) -> None:
    with pytest.raises(Forbidden):
        import_areas(actor("secretary", "341504001001"), table(), dry_run=True)


def test_an_administrator_of_one_town_cannot_touch_another(county: County, actor: Actors) -> None:
    outcome = import_areas(
        actor("county_admin", "341504001"), table("341504002009,越村,village,2026-01-01,,"), dry_run=False
    )
    assert [text for _, _, text in marks(outcome)] == ["不在您负责维护的区域内。"]


def test_the_list_of_a_city_begins_at_the_city(tmp_path: Path) -> None:
    from core.areas.checks import COLUMNS, check_rows
    from core.sheets.tables import Table

    sheet = Table(Upload("3703.csv", (ROOT / "config/areas/3703.csv").read_bytes()), COLUMNS)
    rows = check_rows(sheet, {}, "3703", AreaScope(("3703",)))
    assert sheet.mistakes.total == 0
    assert sum(row.level == "town" for row in rows.values()) == 88


def test_the_marked_list_and_workbook_name_each_mistake(county: County, admin: Any) -> None:
    upload = table("341504001009,好村,village,2026-01-01,,", "341504001010,=1+1,village,昨天,,", head=ENGLISH)
    outcome = import_areas(admin, upload, dry_run=True)
    name, mimetype, body = marking.marked_file(upload, outcome.mistakes, "csv")
    assert (name, mimetype) == ("mistakes.csv", "text/csv; charset=utf-8")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows == [["行号", "列", "问题"], ["3", "valid_from", "日期应写成 2023-06-30 的样子。"]]

    book = openpyxl.load_workbook(io.BytesIO(marking.marked_file(upload, outcome.mistakes, "xlsx")[2]))
    cells = list(book.active.iter_rows(values_only=True))
    assert cells[0][-2:] == ("错误说明", "原行号")
    assert cells[2][-2:] == ("valid_from：日期应写成 2023-06-30 的样子。", 3)
    assert cells[2][1] == "'=1+1"
    painted = [cell.coordinate for row in book.active.iter_rows() for cell in row if cell.fill.fill_type]
    assert painted == ["D3"]


def test_a_marked_workbook_can_be_mended_and_sent_back(county: County, admin: Any) -> None:
    upload = table("341504001009,好村,village,2026-01-01,,", "341504001010,坏村,village,昨天,,")
    outcome = import_areas(admin, upload, dry_run=True)
    book = openpyxl.load_workbook(io.BytesIO(marking.marked_file(upload, outcome.mistakes, "xlsx")[2]))
    book.active["D3"] = "2026-01-02"
    out = io.BytesIO()
    book.save(out)
    assert import_areas(admin, Upload("marked.xlsx", out.getvalue()), dry_run=False).counts["added"] == 2


def test_an_excel_table_with_numbers_and_dates_is_read(county: County) -> None:
    from datetime import date

    book = openpyxl.Workbook()
    book.active.append(["区划代码", "名称", "级别", "生效日期", "失效日期"])
    book.active.append([341504001009, "九村", "村社", date(2026, 1, 5), None])
    out = io.BytesIO()
    book.save(out)
    outcome = install_areas(SYSTEM, Upload("areas.xlsx", out.getvalue()))
    assert marks(outcome) == []
    assert outcome.counts["added"] == 1
