"""A table of residents comes in whole or not at all, and says row by row what is wrong."""

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from core import audit
from core.accounts.api import create_account
from core.errors import Forbidden, NotFound
from core.people import queries, services
from core.people.errors import ImportChanged, ImportKept, ImportUndone
from core.people.rows import PersonRow
from core.people.services.imports import COLUMNS
from core.scope import AreaScope
from core.sheets import Outcome, Upload
from core.sheets.marking import marked_workbook
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE

Actors = Callable[..., Any]
Numbers = Callable[[int], str]
COUNTY = AreaScope((COUNTY_CODE,))
HEAD = ",".join(column.title for column in COLUMNS)


def csv(*lines: str) -> Upload:
    return Upload("居民.csv", "\n".join([HEAD, *lines]).encode("gb18030"))


def xlsx(*rows: list[Any]) -> Upload:
    book = openpyxl.Workbook()
    for row in [HEAD.split(","), *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return Upload("居民.xlsx", out.getvalue())


def marks(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(mistake.row, mistake.column, mistake.sentence()) for mistake in outcome.mistakes]


@pytest.fixture
def secretary(actor: Actors) -> Any:
    return actor("secretary", VILLAGE)


def test_a_dry_run_counts_and_writes_nothing_and_the_import_writes_it(
    secretary: Any, number_of: Numbers
) -> None:
    table = csv(
        f"{VILLAGE},001,张三,是,{number_of(1)},13800000001,前街1号,中高,残疾人、低保",
        f"{GRID},001,王五,,,,,,",
        f"{VILLAGE},001,李四,否,{number_of(2).lower()},0564-6488123,,,empty_nest",
    )
    before = audit.head()
    dry = services.import_households(secretary, table, dry_run=True)
    assert (marks(dry), dry.counts) == ([], {"households": 2, "persons": 3})
    assert queries.list_households(COUNTY)[1] == 0
    (line,) = audit.lines(COUNTY, action="people.check_table")[0]
    assert json.loads(line.detail) == {"persons": 3, "mistakes": 0}
    assert audit.head()[0] == before[0] + 1
    services.import_households(secretary, table, dry_run=False)
    assert audit.head()[0] == before[0] + 2
    first, second = queries.list_households(COUNTY)[0]
    assert (first.area_code, first.head_name, first.person_count, first.has_address) == (
        VILLAGE,
        "张三",
        2,
        True,
    )
    assert (second.area_code, second.head_name, second.person_count) == (GRID, "王五", 1)
    zhang, li = queries.persons_of(first.id)
    assert (zhang.risk_level, zhang.tags, zhang.phone_masked) == (
        "mid_high",
        ("disabled", "minimum_living"),
        "138****0001",
    )
    assert (li.tags, li.citizen_id_masked[-4:]) == (("empty_nest",), number_of(2)[-4:])


def test_a_table_with_mistakes_names_all_of_them_and_imports_nothing(
    households: dict[str, int], secretary: Any, number_of: Numbers
) -> None:
    before = queries.list_households(COUNTY)[1]
    outcome = services.import_households(
        secretary,
        csv(
            f"{VILLAGE},100,好人,是,{number_of(100)},,,,",
            f"{SISTER_VILLAGE},100,越界,,,,,,",
            "341504001,100,镇上,,,,,,",
            f"{VILLAGE},,无号,,,,,,",
            f"{VILLAGE},101,,,,,,,",
            f"{VILLAGE},102,校验,,11010519491231002Y,,,,",
            f"{VILLAGE},103,校验,,110105194912310021,,,,",
            f"{VILLAGE},104,生日,,110105194913310021,,,,",
            f"{VILLAGE},105,重复,,{number_of(100)},,,,",
            f"{VILLAGE},106,已有,,{number_of(1)},,,,",
            f"{VILLAGE},107,邻村已有,,{number_of(2)},,,,",
            f"{VILLAGE},108,电话,,,12345,,,",
            f"{VILLAGE},109,风险,,,,,极高,",
            f"{VILLAGE},110,标签,,,,,,富裕",
            f"{VILLAGE},100,又一户主,是,,,,,",
            f"{VILLAGE},001,已有的户,,,,,,",
            f"{VILLAGE},111,户主,也许,,,,,",
            f"{VILLAGE},112,住址,,,,甲街,,",
            f"{VILLAGE},112,住址,,,,乙街,,",
        ),
        dry_run=False,
    )
    wall = "没有这个村社或网格，或不在您负责的区域内。"
    taken = "这个公民身份号码已在本县区登记，不能重复登记。"
    assert marks(outcome) == [
        (3, "区划代码", wall),
        (4, "区划代码", wall),
        (5, "户编号", "户编号应为 1 到 30 个字。"),
        (6, "姓名", "姓名应为 1 到 60 个字。"),
        (7, "公民身份号码", "公民身份号码应为 18 位：17 位数字加 1 位校验码（数字或 X）。"),
        (8, "公民身份号码", "公民身份号码的校验码不对，请逐位核对。"),
        (9, "公民身份号码", "公民身份号码中的出生日期不对。"),
        (10, "公民身份号码", "与第 2 行重复。"),
        (11, "公民身份号码", taken),
        (12, "公民身份号码", "这个号码不能在这里登记，请联系县区核实。"),
        (13, "电话", "电话应为 11 位手机号，或带区号的固定电话。"),
        (14, "风险等级", "风险等级应为 低、中低、中、中高、高 之一。"),
        (15, "标签", "没有这个标签：富裕"),
        (16, "是否户主", "这一户已有户主，一户只有一位户主。"),
        (17, "户编号", "系统里已有这一户；导入只登记新的户。"),
        (18, "是否户主", "请填 是 或 否。"),
        (20, "住址", "与同户第 19 行的住址不同。"),
    ]
    assert queries.list_households(COUNTY)[1] == before


def test_identifiers_in_number_cells_are_refused_row_by_row(secretary: Any, number_of: Numbers) -> None:
    outcome = services.import_households(
        secretary,
        xlsx(
            [int(VILLAGE), 1, "张三", "是", number_of(1), "13800000001", None, None, None],
            [VILLAGE, "2", "李四", None, int(number_of(2)[:17] + "0"), "13800000002"],
            [VILLAGE, "3", "王五", None, None, 13800000003],
        ),
        dry_run=False,
    )
    assert [(row, column) for row, column, _ in marks(outcome)] == [(3, "公民身份号码"), (4, "电话")]


def test_a_formula_is_not_taken_for_its_last_result(secretary: Any) -> None:
    outcome = services.import_households(
        secretary, xlsx([VILLAGE, "1", '=CONCATENATE("张","三")']), dry_run=True
    )
    assert (2, "姓名", "这个单元格是公式。请改为粘贴数值。") in marks(outcome)


def test_the_marked_workbook_comes_back_with_the_wrong_cells_in_yellow_and_can_be_sent_again(
    secretary: Any, number_of: Numbers
) -> None:
    table = xlsx(
        [VILLAGE, "1", "张三", "是", number_of(1), "13800000001", None, None, None],
        [VILLAGE, "2", "李四", "是", "123", "12345", None, None, None],
    )
    outcome = services.import_households(secretary, table, dry_run=True)
    book = openpyxl.load_workbook(io.BytesIO(marked_workbook(table, outcome.mistakes)))
    sheet = book.active
    painted = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type]
    assert painted == ["E3", "F3"]
    assert sheet["J3"].value.startswith("公民身份号码：公民身份号码应为 18 位")
    sheet["E3"], sheet["F3"] = number_of(2), "13800000002"
    out = io.BytesIO()
    book.save(out)
    again = services.import_households(secretary, Upload("改.xlsx", out.getvalue()), dry_run=False)
    assert (marks(again), again.counts) == ([], {"households": 2, "persons": 2})


def test_an_import_needs_its_permission(actor: Actors) -> None:
    for role in ("grid_leader", "grid_member", "town_official", "reviewer"):
        with pytest.raises(Forbidden):
            services.import_households(actor(role, VILLAGE), csv(), dry_run=True)


def test_the_same_table_twice_is_refused_the_second_time(secretary: Any, number_of: Numbers) -> None:
    table = csv(f"{VILLAGE},001,张三,是,{number_of(1)},,,,")
    assert services.import_households(secretary, table, dry_run=False).clean
    again = services.import_households(secretary, table, dry_run=False)
    assert [(row, column) for row, column, _ in marks(again)] == [(2, "户编号"), (2, "公民身份号码")]
    assert queries.list_households(COUNTY)[1] == 1


def test_of_numbers_registered_outside_the_own_areas_few_are_told_and_each_look_is_on_the_record(
    actor: Actors, secretary: Any, number_of: Numbers
) -> None:
    there = csv(*(f"{SISTER_VILLAGE},{i},邻居{i},,{number_of(i)},,,," for i in range(30)))
    services.import_households(actor("secretary", SISTER_VILLAGE), there, dry_run=False)
    asked = csv(*(f"{VILLAGE},{i},某人{i},,{number_of(i)},,,," for i in range(25)))
    for dry_run in (True, False):
        outcome = services.import_households(secretary, asked, dry_run=dry_run)
        sentences = [sentence for _, _, sentence in marks(outcome)]
        assert sentences.count("这个号码不能在这里登记，请联系县区核实。") == 20
        assert outcome.mistake_count == 21
        assert marks(outcome)[0][2].startswith("还有其他号码不能在这里登记")
        assert not any("已在本县区登记" in sentence for sentence in sentences)
    lines, total = audit.lines(COUNTY, action="people.check_table")
    assert total == 2
    assert {line.detail for line in lines} == {'{"mistakes":21,"persons":25}'}
    whole = services.import_households(actor("county_admin", COUNTY_CODE), asked, dry_run=True)
    assert whole.mistake_count == 25


def test_thousands_come_in_with_their_tags_on_the_right_persons(secretary: Any) -> None:
    lines = [
        f"{VILLAGE},{i // 3:05d},居民{i},,,1380{i:07d},,,{'残疾人' if i % 7 == 0 else ''}"
        for i in range(3000)
    ]
    outcome = services.import_households(secretary, csv(*lines), dry_run=False)
    assert outcome.counts == {"households": 1000, "persons": 3000}
    everybody = [person for _, person in queries.listed_persons(COUNTY)]
    assert len(everybody) == 3000
    assert {p.name for p in everybody if p.tags} == {f"居民{i}" for i in range(0, 3000, 7)}
    assert len(queries.find_households(COUNTY, "13800002999")) == 1


def test_an_import_is_taken_back_and_the_mended_table_comes_in(
    actor: Actors, secretary: Any, number_of: Numbers
) -> None:
    table = csv(f"{VILLAGE},1,张三,是,{number_of(1)},,,,残疾人", f"{VILLAGE},2,李四,是,,,,,")
    batch = services.import_households(secretary, table, dry_run=False).batch
    assert batch is not None
    assert services.import_households(secretary, table, dry_run=True).batch is None
    with pytest.raises(NotFound):
        services.undo_import(actor("secretary", SISTER_VILLAGE), batch)
    with pytest.raises(Forbidden):
        services.undo_import(actor("grid_member", VILLAGE), batch)
    undone = services.undo_import(secretary, batch)
    assert (undone.households, undone.persons) == (2, 2)
    assert queries.list_households(COUNTY)[1] == 0
    assert list(queries.listed_persons(COUNTY)) == []
    with pytest.raises(ImportUndone):
        services.undo_import(secretary, batch)
    again = services.import_households(secretary, table, dry_run=False)
    assert (again.clean, again.batch) == (True, batch + 1)
    (line,), _ = audit.lines(COUNTY, action="people.undo_import")
    assert line.detail == '{"households":2,"persons":2}'


@pytest.mark.parametrize("change", ["end", "add", "move", "account"])
def test_an_import_that_people_have_built_on_is_kept(
    change: str, actor: Actors, secretary: Any, number_of: Numbers
) -> None:
    table = csv(f"{VILLAGE},1,张三,是,{number_of(1)},,,,", f"{VILLAGE},2,李四,是,,,,,")
    batch = services.import_households(secretary, table, dry_run=False).batch
    assert batch is not None
    first = queries.list_households(COUNTY)[0][0].id
    admin = actor("county_admin", COUNTY_CODE)
    if change == "end":
        services.end_household(secretary, first)
    elif change == "add":
        services.add_person(secretary, first, PersonRow("王五"))
    elif change == "move":
        services.update_household(admin, first, area_code=SISTER_VILLAGE)
    else:
        person = queries.persons_of(first)[0].id
        create_account(admin, username="zhang", name="张三", area_code=VILLAGE, person_id=person)
    refusal = ImportKept if change == "account" else ImportChanged
    with pytest.raises(refusal):
        services.undo_import(secretary, batch)
    assert queries.list_households(COUNTY)[1] == (1 if change == "end" else 2)


@pytest.mark.parametrize(
    ("body", "reason"), [("return '已建档'", "已建档"), ("raise RuntimeError('no')", "插件 keeper 出错")]
)
def test_a_plugin_keeps_an_import_by_a_reason_or_by_failing(
    body: str,
    reason: str,
    secretary: Any,
    plugin_folder: Callable[..., Any],
    build_app: Callable[[], Any],
) -> None:
    head = "from core.hookspecs import hookimpl\n@hookimpl\ndef veto_import_undo(households, persons):\n"
    plugin_folder("keeper", {"plugin.py": f"{head}    {body}\n"})
    build_app()
    batch = services.import_households(secretary, csv(f"{VILLAGE},1,张三,,,,,,"), dry_run=False).batch
    assert batch is not None
    with pytest.raises(ImportKept, match=reason):
        services.undo_import(secretary, batch)
