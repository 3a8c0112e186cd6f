"""Funds, assets, resources: to the fen or not at all, frozen, overdue, asked about by residents, walls."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from peewee import DatabaseError

from core.areas.api import path_name
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.events import StoredEvent
from core.files.api import files_of
from core.scope import AreaScope
from core.sheets import SheetRefused, Upload
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.supervision import periods
from plugins.supervision.charts import WIDTH, bars
from plugins.supervision.errors.powers import (
    AssetsFileKind,
    AssetsNotOver,
    AssetsSame,
    AssetsThere,
)
from plugins.supervision.models.assets import AssetsRow, AssetsSheet
from plugins.supervision.queries.assets import (
    list_sheets,
    opening_gap,
    overdue,
    sheet,
    sheet_of_village,
    sheet_rows,
    sums_by_category,
    versions_of,
)
from plugins.supervision.services.assets import fen_of, publish_assets
from tests.plugins.supervision.power_people import HEADING, QUARTER, book, make_cast

EVERYWHERE = AreaScope((COUNTY_CODE,))
PERIOD = "2025-Q4"


@pytest.fixture
def cast(frozen_clock, people, actor):
    """On a Monday morning in March 2026."""
    return make_cast(actor, people)


def publish(actor, upload=None, **more):
    values = {"area_code": VILLAGE, "period": PERIOD, "dry_run": False} | more
    return publish_assets(actor, upload or book(*QUARTER), **values)


@pytest.fixture
def sheet_id(cast):
    """The last quarter of the year, published."""
    return publish(cast.secretary).batch


def said(outcome):
    return {(mistake.row, mistake.column): mistake.sentence() for mistake in outcome.mistakes}


# --- the equation


def test_a_quarter_is_published_to_the_fen_with_its_workbook_and_event(cast, sheet_id):
    view = sheet(cast.secretary.scope("supervision.view"), sheet_id)
    assert (view.opening_fen, view.income_fen, view.spending_fen, view.closing_fen) == (
        100_000,
        50_025,
        20_010,
        130_015,
    )
    lines, left = sheet_rows(view)
    assert [row.kind for row in lines] == ["income", "spending", "asset", "resource"]
    assert (left, lines[0].day, lines[0].fen) == (0, date(2025, 10, 8), 50_025)
    assert sheet_rows(view, 3)[1] == 1
    assert "13800138000" not in lines[0].note
    assert sums_by_category(view) == {"income": [("发包收入", 50_025)], "spending": [("公益支出", 20_010)]}
    assert len(files_of(f"supervision_assets:{sheet_id}")) == 1
    (event,) = StoredEvent.within(EVERYWHERE).where(StoredEvent.kind == "supervision.AssetsPublished")
    assert (event.area_code, event.subject) == (VILLAGE, f"supervision_assets:{sheet_id}")


def test_a_dry_run_and_a_sum_that_does_not_match_store_nothing(cast):
    outcome = publish(cast.secretary, dry_run=True)
    assert outcome.clean
    assert outcome.counts["closing_fen"] == 130_015
    wrong = [*QUARTER[:-1], ("期末结余", "", "", "1300.16")]
    outcome = publish(cast.secretary, book(*wrong))
    assert said(outcome) == {
        (7, "金额（元）"): "期初 1,000.00 加收入 500.25 减支出 200.10 为 1,300.15，与期末 1,300.16 不符。"
    }
    assert (outcome.batch, AssetsSheet.within(EVERYWHERE).count()) == (None, 0)
    assert files_of("supervision_assets:1") == []


def test_the_next_period_opens_with_what_the_last_one_closed_with(cast, sheet_id, frozen_clock):
    frozen_clock(MONDAY_MORNING + timedelta(days=40))
    spring = [("期初结余", "", "", "1300.14"), ("期末结余", "", "", "1300.14")]
    outcome = publish(cast.secretary, book(*spring), period="2026-Q1")
    assert said(outcome) == {(2, "金额（元）"): "与上一期公开的期末结余 1,300.15 不符。"}
    spring = [("期初结余", "", "", "1300.15"), ("期末结余", "", "", "1,300.15")]
    spring_id = publish(cast.secretary, book(*spring), period="2026-Q1").batch
    right = [*QUARTER[:-1], ("支出", "公益支出", "漏记", "0.15"), ("期末结余", "", "", "1300")]
    assert publish(cast.secretary, book(*right), note="漏记一笔").clean
    assert opening_gap(sheet(EVERYWHERE, spring_id)) == 15


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**9)), max_size=30), st.integers(0, 10**11))
def test_amounts_keep_every_fen(moves, opening):
    """Written as people write them, and read back: integers all the way."""
    closing = opening + sum(fen if comes else -fen for comes, fen in moves)
    written = [f"{fen // 100:,}.{fen % 100:02d}" for _, fen in moves]
    read = [fen_of(amount) for amount in written]
    assert read == [fen for _, fen in moves]
    assert opening + sum(f if c else -f for (c, _), f in zip(moves, read, strict=True)) == closing


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("1", 100),
        ("0.5", 50),
        ("1,234.56", 123_456),
        ("１２３４．５６", 123_456),
        ("12.500", 1250),
        ("0.1", 10),
        ("-5", None),
        ("（5）", None),
        ("0.005", None),
        ("1e3", None),
        ("1,23", None),
        ("五元", None),
        ("", None),
        ("10000000000.01", None),
        ("NaN", None),
    ],
)
def test_amounts_as_people_write_them(amount, fen):
    assert fen_of(amount) == fen


# --- bad input


@pytest.mark.parametrize(
    ("place", "line", "column"),
    [
        (1, ("收入", "发包收入", "鱼塘", "-5"), "金额（元）"),
        (1, ("收入", "发包收入", "鱼塘", "五百"), "金额（元）"),
        (1, ("收入", "发包收入", "鱼塘", ""), "金额（元）"),
        (1, ("收支", "发包收入", "鱼塘", "5"), "类型"),
        (1, ("收入", "", "鱼塘", "5"), "类别"),
        (1, ("收入", "发包收入", "长" * 121, "5"), "摘要"),
        (1, ("收入", "发包收入", "鱼塘", "5", "2026-01-01"), "日期"),
        (1, ("收入", "发包收入", "鱼塘", "5", "去年"), "日期"),
        (1, ("期初结余", "", "", "5"), "类型"),
    ],
)
def test_what_is_wrong_is_marked_in_its_cell(cast, place, line, column):
    lines = list(QUARTER)
    lines[place] = line
    outcome = publish(cast.secretary, book(*lines))
    assert (place + 2, column) in said(outcome)
    assert AssetsSheet.within(EVERYWHERE).count() == 0


def test_formulas_merged_headings_and_missing_lines_are_marked(cast):
    outcome = publish(cast.secretary, book(*QUARTER[1:]))
    assert said(outcome) == {(1, "类型"): "缺少“期初结余”这一行。"}
    workbook = Workbook()
    page = workbook.active
    page.append(HEADING)
    for line in QUARTER:
        page.append(line)
    page["D7"] = "=SUM(D2:D3)"
    assert (7, "金额（元）") in said(publish(cast.secretary, saved(workbook)))
    merged = Workbook()
    page = merged.active
    page.append(["一村 2025 年第四季度三资公开表"])
    page.merge_cells("A1:F1")
    page.append(HEADING)
    for line in QUARTER:
        page.append(line)
    outcome = publish(cast.secretary, saved(merged))
    assert not outcome.clean
    assert any("没有这一列" in sentence for sentence in said(outcome).values())
    assert AssetsSheet.within(EVERYWHERE).count() == 0


def saved(workbook):
    out = io.BytesIO()
    workbook.save(out)
    return Upload("a.xlsx", out.getvalue())


def test_bombs_and_other_files_are_refused(cast):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>" + b" " * 300_000_000)
    with pytest.raises(SheetRefused):
        publish(cast.secretary, Upload("bomb.xlsx", out.getvalue()))
    with pytest.raises(AssetsFileKind):
        publish(cast.secretary, Upload("a.csv", "类型,金额（元）\n".encode()))


# --- frozen, corrected, walls


def test_a_published_period_is_frozen_and_corrected_by_a_version_that_says_what_changed(cast, sheet_id):
    for statement in (
        AssetsSheet.update(closing_fen=1),
        AssetsSheet.delete(),
        AssetsRow.update(fen=1),
        AssetsRow.delete(),
    ):
        with pytest.raises(DatabaseError), unit_of_work(housekeeping="a test"):
            statement.execute()
    right = [*QUARTER[:2], ("支出", "公益支出", "路灯维修", "300.25"), ("期末结余", "", "", "1200")]
    with pytest.raises(AssetsThere):
        publish(cast.secretary, book(*right))
    correction = book(*right)
    first = publish(cast.secretary, correction, note="路灯维修少记了一笔").batch
    with pytest.raises(AssetsSame):
        publish(cast.secretary, correction, note="同一份")
    newest = sheet_of_village(VILLAGE)
    assert (newest.version, newest.closing_fen) == (2, 120_000)
    old = sheet(EVERYWHERE, sheet_id)
    assert (old.is_newest, old.closing_fen) == (False, 130_015)
    assert sheet(EVERYWHERE, first).note == "路灯维修少记了一笔"
    assert versions_of(old)[-1].id == sheet_id
    assert list_sheets(EVERYWHERE)[1] == 1
    assert opening_gap(newest) == 0


def test_a_period_must_be_over_and_one(cast):
    with pytest.raises(AssetsNotOver):
        publish(cast.secretary, period="2026-Q1")
    for period in ("2025-Q5", "2025-13", "2025", "2025-1"):
        with pytest.raises(Invalid):
            publish(cast.secretary, period=period)


def test_villages_are_walls(cast, sheet_id, as_role, api_as):
    for who, error in ((cast.neighbour, NotFound), (cast.resident, Forbidden)):
        with pytest.raises(error):
            publish(who, period="2025-Q3")
    with pytest.raises(NotFound):
        sheet(cast.neighbour.scope("supervision.view"), sheet_id)
    assert list_sheets(cast.neighbour.scope("supervision.view"))[1] == 0
    neighbour = as_role("secretary", SISTER_VILLAGE)
    for path in (f"/{sheet_id}", f"/{sheet_id}/print", f"?area={VILLAGE}", f"/overdue?area={VILLAGE}"):
        assert neighbour.get(f"/supervision/assets{path}").status_code == 404
    assert as_role("resident", VILLAGE).get(f"/supervision/assets/{sheet_id}").status_code == 403
    program = api_as("secretary", SISTER_VILLAGE)
    assert program.get(f"/assets-sheets?area_code={VILLAGE}").status_code == 404
    (row,) = api_as("town_official", TOWN).get("/assets-sheets").json
    assert (row["period"], row["closing_fen"]) == (PERIOD, 130_015)
    (file,) = files_of(f"supervision_assets:{sheet_id}")
    assert as_role("town_official", TOWN).get(file.url).status_code == 200
    assert neighbour.get(file.url).status_code == 404


# --- periods and who is overdue


def test_periods_quarters_and_months():
    assert periods.days_of("2026-Q1") == (date(2026, 1, 1), date(2026, 3, 31))
    assert periods.days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert periods.days_of("2025-Q4") == (date(2025, 10, 1), date(2025, 12, 31))
    assert periods.before("2026-Q1") == "2025-Q4"
    assert periods.before("2026-01") == "2025-12"
    assert periods.last_due(date(2026, 4, 10), 10, monthly=False) == "2025-Q4"
    assert periods.last_due(date(2026, 4, 11), 10, monthly=False) == "2026-Q1"
    assert periods.last_due(date(2026, 3, 2), 10, monthly=True) == "2026-01"


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.booleans())
def test_every_day_lies_in_one_period_and_periods_follow_each_other(day, monthly):
    period = periods.period_with(day, monthly=monthly)
    since, until = periods.days_of(period)
    assert since <= day <= until
    assert periods.days_of(periods.before(period))[1] + timedelta(days=1) == since


@pytest.mark.parametrize("county_sections", [f'[plugin.supervision]\nassets_monthly = ["{TOWN}"]\n'])
def test_who_has_not_published_when_due_is_on_the_list(cast, sheet_id, county_sections):
    """Villages of the town publish monthly, the far one quarterly."""
    found = {row.area_code: row for row in overdue(EVERYWHERE)[0]}
    assert {code: row.period for code, row in found.items()} == {
        VILLAGE: "2026-01",
        SISTER_VILLAGE: "2026-01",
        FAR_VILLAGE: "2025-Q4",
    }
    assert (found[FAR_VILLAGE].due_on, found[FAR_VILLAGE].days_late) == (date(2026, 1, 10), 51)
    lines = [("期初结余", "", "", "0"), ("期末结余", "", "", "0")]
    publish(cast.secretary, book(*lines), period="2026-01")
    assert {row.area_code for row in overdue(EVERYWHERE, area_code=TOWN)[0]} == {SISTER_VILLAGE}
    assert overdue(cast.secretary.scope("supervision.view"))[1] == 0


def test_a_village_that_published_in_time_is_not_overdue(cast, sheet_id):
    assert {row.area_code for row in overdue(EVERYWHERE)[0]} == {SISTER_VILLAGE, FAR_VILLAGE}
    assert sheet(EVERYWHERE, sheet_id).is_late  # published in March


# --- pages


def test_a_secretary_publishes_on_pages_and_everybody_reads(cast, as_role, submit, client):
    secretary = as_role("secretary", VILLAGE)
    page, place = f"/supervision/assets?area={VILLAGE}", "/supervision/assets/import"
    assert "这一期已到期还没有公开" in secretary.get(page).text
    assert load_workbook(io.BytesIO(secretary.get(place + "/blank.xlsx").data)).active["A1"].value == "类型*"

    def send(upload, **more):
        file = (io.BytesIO(upload.data), upload.name)
        return submit(secretary, page, place, area_code=VILLAGE, period=PERIOD, file=file, **more)

    wrong = send(book(*QUARTER[:-1], ("期末结余", "", "", "1")))
    preview = wrong.headers["Location"]
    assert "不符" in secretary.get(preview).text
    marked = secretary.get(preview.replace("?", "/marked.xlsx?"))
    cells = load_workbook(io.BytesIO(marked.data)).active
    assert "不符" in str(cells.cell(7, 7).value)
    preview = send(book(*QUARTER)).headers["Location"]
    assert "1,300.15" in secretary.get(preview).text
    done = submit(secretary, preview, preview)
    assert done.status_code == 303
    shown = secretary.get(done.headers["Location"]).text
    assert "路灯维修" in shown
    assert "SHA-256" in shown
    paper = secretary.get(done.headers["Location"] + "/print").text
    assert f"/v/{VILLAGE}/assets" in paper
    everybody = client.get(f"/supervision/v/{VILLAGE}/assets").text
    assert "路灯维修" in everybody
    assert "本村居民登录后可以提问" in everybody
    assert "13800138000" not in everybody
    refused = secretary.get(send(book(*QUARTER)).headers["Location"])
    assert refused.status_code == 409
    assert path_name(VILLAGE) in refused.text


def test_bars_fit_their_drawing():
    drawn = bars([("一", 300), ("二", 1), ("三", 0)])
    assert [row.width for row in drawn.rows] == [WIDTH, 2, 2]
    assert bars([]).rows == ()
