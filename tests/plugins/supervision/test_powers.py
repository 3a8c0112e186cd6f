"""The power list: an item as of any day, versions that nobody changes, ends, walls, pages, JSON."""

import io
from datetime import date, timedelta
from itertools import pairwise

import pytest
from peewee import DatabaseError

from core.clock import today
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.sheets import Upload, xlsx_bytes
from core.testing import COUNTY_CODE, FAR_VILLAGE, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.supervision.errors.powers import (
    PowerChanged,
    PowerEnded,
    PowerOff,
    PowerOn,
    PowerSame,
    PowerThere,
    ShippedTaken,
)
from plugins.supervision.flow_chart import WIDTH, flow_chart, wrapped
from plugins.supervision.models.powers import PowerVersion
from plugins.supervision.power_words import CLASSES
from plugins.supervision.queries.powers import (
    Step,
    counts_by_class,
    list_powers,
    power,
    power_class,
    power_version,
    versions,
)
from plugins.supervision.queries.village_powers import switches
from plugins.supervision.services.power_table import COLUMNS, import_powers, shipped, take_over_shipped
from plugins.supervision.services.powers import add_power, change_power, end_power
from plugins.supervision.services.village_powers import switch_off, switch_on
from tests.plugins.supervision.power_people import STEPS, make_cast, text

START = date(2026, 1, 1)
MONDAY = MONDAY_MORNING.date()


@pytest.fixture
def cast(frozen_clock, people, actor):
    """On a Monday morning."""
    return make_cast(actor, people)


@pytest.fixture
def item(cast):
    """An item since New Year's Day."""
    add_power(cast.chief, "SZ-01", "assets", text(), valid_from=START)
    return "SZ-01"


# --- as of a day


def test_an_item_is_what_it_was_on_any_day(cast, item, frozen_clock):
    later = MONDAY + timedelta(days=10)
    changed = text(title="大额支出（新）", steps=STEPS[:2])
    number = change_power(cast.chief, item, changed, valid_from=later, version=1, note="合并步骤")
    assert number == 2
    assert power(item, START - timedelta(days=1)) is None
    before, after = power(item, later - timedelta(days=1)), power(item, later)
    assert (before.version, before.title, len(before.steps)) == (1, "大额资金支出", 3)
    assert (after.version, after.title, len(after.steps)) == (2, "大额支出（新）", 2)
    assert before.steps[1] == STEPS[1]
    frozen_clock(MONDAY_MORNING + timedelta(days=20))
    end_power(cast.chief, item, until=today(), why="并入其他事项")
    assert power(item, today()).version == 2
    assert power(item, today() + timedelta(days=1)) is None
    assert power(item, START).version == 1
    assert [row.number for row in versions(item)] == [2, 1]
    assert power_class(item) == "assets"
    assert (power("NONE-1", today()), power_version(item, 1).title) == (None, "大额资金支出")
    with pytest.raises(NotFound):
        power_class("NONE-1")


def test_of_two_versions_from_the_same_day_the_later_one_holds(cast, item):
    change_power(cast.chief, item, text(title="甲"), valid_from=MONDAY, version=1, note="一")
    change_power(cast.chief, item, text(title="乙"), valid_from=MONDAY, version=2, note="二")
    assert power(item, MONDAY).title == "乙"
    assert list_powers(on=MONDAY)[1] == 1
    assert list_powers(on=START - timedelta(days=1))[1] == 0


def test_the_database_itself_refuses_to_change_a_version(cast, item):
    for statement in (PowerVersion.update(title="改"), PowerVersion.delete()):
        with pytest.raises(DatabaseError), unit_of_work(housekeeping="a test"):
            statement.execute()
    assert power(item, MONDAY).title == "大额资金支出"


def test_changes_that_make_no_sense_are_refused(cast, item):
    with pytest.raises(PowerThere):
        add_power(cast.chief, item, "assets", text(), valid_from=START)
    with pytest.raises(PowerSame):
        change_power(cast.chief, item, text(), valid_from=MONDAY, version=1, note="没改")
    with pytest.raises(PowerChanged):
        change_power(cast.chief, item, text(title="x"), valid_from=MONDAY, version=9, note="x")
    yesterday = MONDAY - timedelta(days=1)
    for valid_from, note in ((yesterday, "x"), (MONDAY, " ")):
        with pytest.raises(Invalid):
            change_power(cast.chief, item, text(title="x"), valid_from=valid_from, version=1, note=note)
    for code, changes in (
        ("小写", {}),
        ("sz-2", {}),
        ("SZ-2", {"title": " "}),
        ("SZ-2", {"steps": ()}),
        ("SZ-2", {"steps": (Step("一", "谁", back_to=1, back_when="总是"),)}),
        ("SZ-2", {"steps": (STEPS[0], Step("二", "谁", back_to=1))}),
        ("SZ-2", {"steps": (Step("一", "谁", days=0),)}),
    ):
        with pytest.raises(Invalid):
            add_power(cast.chief, code, "assets", text(**changes), valid_from=START)
    with pytest.raises(Invalid):
        end_power(cast.chief, item, until=yesterday, why="x")
    end_power(cast.chief, item, until=MONDAY, why="x")
    with pytest.raises(PowerEnded):
        change_power(cast.chief, item, text(title="x"), valid_from=MONDAY, version=1, note="x")


def test_only_the_county_keeps_the_list(cast, item):
    for who in (cast.town, cast.secretary, cast.resident):
        with pytest.raises(Forbidden):
            add_power(who, "SZ-02", "assets", text(), valid_from=START)
        with pytest.raises(Forbidden):
            change_power(who, item, text(title="x"), valid_from=MONDAY, version=1, note="x")
        with pytest.raises(Forbidden):
            end_power(who, item, until=MONDAY, why="x")
        with pytest.raises(Forbidden):
            take_over_shipped(who, valid_from=START)


# --- the shipped list and tables


def test_the_shipped_list_is_taken_over_beside_what_the_county_wrote(cast, item):
    listed = shipped()
    assert len(listed) >= 30
    assert set(counts_by_class()) == {each.power_class for each in listed} == set(CLASSES)
    assert all(len(each.text.steps) == 6 for each in listed if each.power_class == "deliberation")
    added = take_over_shipped(cast.chief, valid_from=MONDAY)
    assert added == len(listed) - 1
    assert power(item, MONDAY).version == 1
    assert sum(counts_by_class().values()) == len(listed)
    assert list_powers(power_class="deliberation", search="宅基地")[1] == 1
    with pytest.raises(ShippedTaken):
        take_over_shipped(cast.chief, valid_from=MONDAY)


def table(*rows):
    padded = [(*row, *[""] * (len(COLUMNS) - len(row))) for row in rows]
    return Upload("p.xlsx", xlsx_bytes("清单", [[column.title for column in COLUMNS], *padded]))


FIRST = ("SZ-01", "集体“三资”管理", "大额资金支出", "村委会主任", "", "提出申请", "经办人", "用款申请")


def imported(cast, upload, **more):
    return import_powers(
        cast.chief, upload, **({"valid_from": MONDAY, "note": "表格", "dry_run": False} | more)
    )


def test_a_table_adds_renews_and_leaves_what_is_equal(cast, item):
    same = table(
        FIRST,
        ("SZ-01", "", "", "", "", "集体研究", "村“两委”会议", "会议记录", "5", "1", "预算不清"),
        ("SZ-01", "", "", "", "", "支付", "村报账员", "凭证", "３"),
        ("sz-02", "assets", "零星支出", "主任", "", "报账", "报账员"),
    )
    assert imported(cast, same, dry_run=True).counts == {"added": 1, "changed": 0, "same": 1}
    assert power("SZ-02", MONDAY) is None
    assert imported(cast, same).clean
    assert power("SZ-02", MONDAY).post == "主任"
    assert imported(cast, table(FIRST)).counts == {"added": 0, "changed": 1, "same": 0}
    assert (power(item, MONDAY).version, power(item, MONDAY).note) == (2, "表格")


def test_a_wrong_table_is_marked_and_nothing_is_taken_over(cast, item):
    outcome = imported(
        cast,
        table(
            ("SZ-01", "党务", "大额", "主任", "", "一", "谁"),
            ("SZ-09", "别的", "", "主任", "", "", "谁", "", "5天", "3", ""),
            ("SZ-09", "", "另一个名字", "", "", "二", "谁"),
            ("SZ-01", "党务", "又来", "主任", "", "一", "谁"),
        ),
    )
    said = {(mistake.row, mistake.column) for mistake in outcome.mistakes}
    assert said >= {
        (2, "类别"),
        (3, "类别"),
        (3, "事项名称"),
        (3, "步骤"),
        (3, "时限（工作日）"),
        (5, "编码"),
    }
    assert power(item, MONDAY).version == 1
    assert not imported(cast, table(FIRST), valid_from=MONDAY - timedelta(days=1)).clean


# --- the flow chart


def test_the_flow_chart_holds_every_step_and_ways_back_in_lanes_of_their_own():
    steps = (
        Step("一" * 40, "谁" * 40, "材料" * 60, 5),
        Step("二", "谁", back_to=1, back_when="不同意"),
        Step("三", "谁", back_to=1, back_when="不同意"),
        Step("四", "谁", back_to=3, back_when="不同意"),
    )
    chart = flow_chart(steps)
    assert len(chart.boxes) == 4
    assert len(chart.arrows) == 3
    assert all(above.y + above.height < below.y for above, below in pairwise(chart.boxes))
    assert chart.height > chart.boxes[-1].y + chart.boxes[-1].height
    lanes = [way.split("H")[1].split("V")[0] for way in chart.backs]
    assert lanes[0] != lanes[1]
    assert all(int(lane) < WIDTH for lane in lanes)
    longest = max(len(line) for box in chart.boxes for _, line, _ in box.lines)
    assert longest <= 18
    assert (
        "".join(wrapped("共 12 项 see article 24 一二三", 60)).replace(" ", "") == "共12项seearticle24一二三"
    )


# --- villages


def test_items_are_switched_on_and_off_in_a_village_by_day(cast, item):
    take_over_shipped(cast.chief, valid_from=START)
    later = MONDAY + timedelta(days=7)
    assert switch_on(cast.secretary, VILLAGE, [item, "GC-01"], since=MONDAY) == 2
    switch_on(cast.secretary, VILLAGE, ["GC-02"], since=later)
    assert [row.code for row in list_powers(area_code=VILLAGE)[0]] == [item, "GC-01"]
    assert list_powers(area_code=VILLAGE, on=later)[1] == 3
    switch_off(cast.secretary, VILLAGE, "GC-01", until=MONDAY)
    assert list_powers(area_code=VILLAGE, on=later, power_class="works")[1] == 1
    assert list_powers(area_code=SISTER_VILLAGE)[1] == 0
    shown = {row.power.code: row for row in switches(cast.secretary.scope("supervision.view"), VILLAGE)}
    assert (shown["GC-01"].until, shown["GC-02"].is_on, shown["GC-03"].since) == (MONDAY, False, None)
    with pytest.raises(PowerOn):
        switch_on(cast.secretary, VILLAGE, [item], since=later)
    with pytest.raises(PowerOff):
        switch_off(cast.secretary, VILLAGE, "GC-03", until=MONDAY)
    switch_on(cast.secretary, VILLAGE, ["GC-01"], since=MONDAY + timedelta(days=1))
    with pytest.raises(Invalid):
        switch_on(cast.secretary, VILLAGE, ["GC-04"], since=MONDAY - timedelta(days=1))


def test_villages_are_walls_for_switches(cast, item):
    for who, error in ((cast.neighbour, NotFound), (cast.resident, Forbidden)):
        with pytest.raises(error):
            switch_on(who, VILLAGE, [item], since=MONDAY)
        with pytest.raises(error):
            switch_off(who, VILLAGE, item, until=MONDAY)
    with pytest.raises(NotFound):
        switches(cast.neighbour.scope("supervision.view"), VILLAGE)
    with pytest.raises(NotFound):
        switch_on(cast.secretary, VILLAGE, ["NONE-1"], since=MONDAY)


# --- pages and JSON


def test_the_county_keeps_the_list_on_pages(cast, as_role, submit):
    chief = as_role("county_admin", COUNTY_CODE)
    assert submit(chief, "/supervision/powers", "/supervision/powers/shipped").status_code == 303
    page = chief.get("/supervision/powers?class=works").text
    assert "村级工程项目立项" in page
    assert "发展党员" not in page
    steps = {
        "step": ["申请", "批准"],
        "who": ["谁", "主任"],
        "documents": ["", ""],
        "days": ["", "３"],
        "back_to": ["", "1"],
        "back_when": ["", "材料不全"],
    }
    new = {
        "code": "qt-90",
        "power_class": "others",
        "title": "临时事项",
        "post": "主任",
        "ground": "",
        **steps,
    }
    sent = submit(chief, "/supervision/powers/new", "/supervision/powers/new", **new, valid_from="2026-03-02")
    assert sent.status_code == 303
    shown = chief.get("/supervision/powers/QT-90").text
    assert '<svg class="flow"' in shown
    assert "材料不全：退回第 1 步" in shown
    place = "/supervision/powers/QT-90/change"
    wrong = submit(
        chief, place, place, version="1", **{**new, "title": ""}, valid_from="2026-03-02", note="x"
    )
    assert wrong.status_code == 422
    del new["code"], new["power_class"]
    change = {**new, "version": "1", "title": "临时事项甲", "valid_from": "2026-03-02", "note": "改名"}
    assert submit(chief, place, place, **change).status_code == 303
    assert "改名" in chief.get("/supervision/powers/QT-90?version=1").text
    ended = submit(
        chief, "/supervision/powers/QT-90", "/supervision/powers/QT-90/end", until="2026-03-02", why="试"
    )
    assert ended.status_code == 303
    assert chief.get("/supervision/powers/NONE-1").status_code == 404
    assert as_role("secretary", VILLAGE).get("/supervision/powers/new").status_code == 403


def test_a_table_on_pages_comes_back_marked(cast, as_role, submit, app):
    chief = as_role("county_admin", COUNTY_CODE)
    place = "/supervision/powers/import"
    assert chief.get(place + "/blank.xlsx").status_code == 200

    def send(upload):
        file = (io.BytesIO(upload.data), upload.name)
        return submit(chief, place, place, file=file, valid_from="2026-03-02", note="表格")

    wrong = send(table(("SZ-01", "别的", "大额", "主任", "", "一", "谁")))
    preview = wrong.headers["Location"]
    assert "没有这个类别" in chief.get(preview).text
    token = preview.split("/import/")[1].split("?")[0]
    assert chief.get(f"{place}/{token}/marked.xlsx").data[:2] == b"PK"
    preview = send(table(FIRST)).headers["Location"]
    assert "新增 1 项" in chief.get(preview).text
    assert submit(chief, preview, preview).status_code == 303
    assert power("SZ-01", MONDAY).title == "大额资金支出"
    assert submit(chief, place, place, valid_from="2026-03-02").status_code == 422


def test_everybody_reads_the_villages_list_and_the_poster_leads_there(cast, item, as_role, client, submit):
    secretary = as_role("secretary", VILLAGE)
    place = f"/supervision/village-powers/{VILLAGE}"
    page = f"/supervision/village-powers?area={VILLAGE}"
    assert submit(secretary, page, place + "/on", codes=[item], since="2026-03-02").status_code == 303
    assert "已开通 1 项" in secretary.get(page).text
    for paper in ("a3", "a4"):
        poster = secretary.get(f"{place}/poster?paper={paper}").text
        assert f"/supervision/v/{VILLAGE}" in poster
        assert "大额资金支出" in poster
    assert "大额资金支出" in client.get(f"/supervision/v/{VILLAGE}").text
    shown = client.get(f"/supervision/v/{VILLAGE}/powers/{item}").text
    assert "预算不清：退回第 1 步" in shown
    assert client.get(f"/supervision/v/{VILLAGE}/powers/{item}?day=2025-01-01").status_code == 404
    assert "还没有公开权力清单" in client.get(f"/supervision/v/{FAR_VILLAGE}").text
    assert client.get("/supervision/v/999999999999").status_code == 404
    off = submit(secretary, page, place + "/off", code=item, until="2026-03-02")
    assert off.status_code == 303
    for path in (page, place + "/poster"):
        assert as_role("secretary", SISTER_VILLAGE).get(path).status_code == 404
    assert as_role("town_official", TOWN).get("/supervision/village-powers").status_code == 200
    resident = as_role("resident", VILLAGE)
    assert resident.get("/supervision/my-village").headers["Location"].endswith(f"/v/{VILLAGE}")


def test_json_lists_items_of_a_village_a_class_and_a_day(cast, item, api_as):
    switch_on(cast.secretary, VILLAGE, [item], since=MONDAY)
    program = api_as("resident", VILLAGE)
    (row,) = program.get(f"/powers?area_code={VILLAGE}&power_class=assets&day=2026-03-02").json
    assert (row["code"], row["steps"][1]["back_to"], row["version"]) == (item, 1, 1)
    assert program.get(f"/powers?area_code={VILLAGE}&day=2026-03-01").json == []
    assert program.get("/powers?area_code=999999999999").status_code == 404
    assert program.get(f"/powers/{item}").json["steps"][0]["days"] is None
    assert program.get(f"/powers/{item}?day=2025-12-31").status_code == 404
    assert program.get("/powers/NONE").json["code"] == "not_found"
