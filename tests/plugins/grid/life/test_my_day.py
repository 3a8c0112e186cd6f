"""My day: one list of what waits for me, the most urgent on top; others' things are not on it."""

from datetime import timedelta

import pytest

from core.cases.api import NewCase, create_case
from core.clock import now, today
from core.day import day_items
from core.db import database
from core.hookspecs import LATE, SOME_DAY, TODAY, DayItem
from core.people.api import PersonChanges
from core.people.services import update_person
from core.testing import COUNTY_CODE, GRID, VILLAGE
from plugins.grid.services.files import update_file
from plugins.grid.services.patrols import start_patrol
from plugins.grid.services.tasks import NewTask, create_task

NEIGHBOUR = """
from core.hookspecs import NOW, DayItem, hookimpl

@hookimpl
def day_items(actor):
    return [DayItem("呼叫", "有人按了红键", "/ring/1", urgency=NOW)]
"""


@pytest.fixture
def day(app):
    """The day of an actor, as its page asks for it."""

    def ask(actor):
        with app.test_request_context():
            return day_items(actor)

    return ask


def test_the_most_urgent_stands_on_top(life, day):
    for days, title in ((6, "以后"), (0, "今天"), (1, "明天")):
        create_task(life.secretary, NewTask(GRID, title, today() + timedelta(days=days)))
    titles = [item.title for item in day(life.member)]
    assert titles == ["今天", "今天的巡查", "明天", "以后"]
    life.move_clock(now() + timedelta(days=2))
    assert [(item.title, item.urgency) for item in day(life.member)][:2] == [("今天", LATE), ("明天", LATE)]


def test_cases_on_my_desk_are_among_it(life, day):
    create_case(life.member, NewCase(kind="cases.report", text="路灯不亮", area_code=GRID))
    assert any(item.title == "路灯不亮" for item in [*day(life.secretary), *day(life.member)])


def test_people_at_high_risk_whose_file_is_old_are_to_be_visited(life, day):
    update_person(life.admin, life.home.person_ids[0], PersonChanges(risk_level="high"))
    (item,) = [item for item in day(life.member) if item.kind == "重点走访"]
    assert (item.title, item.urgency) == ("李网格", TODAY)
    assert "还没有建档" in item.text
    assert not [item for item in day(life.stranger) if item.kind == "重点走访"]
    update_file(life.member, life.home.id, [])
    assert not [item for item in day(life.member) if item.kind == "重点走访"]
    life.move_clock(now() + timedelta(days=8))
    assert [item for item in day(life.member) if item.kind == "重点走访"]


def test_the_round_under_way_is_the_one_to_go_on_with(life, day):
    assert [item.action for item in day(life.member)] == ["开始"]
    start_patrol(life.member, area_code=GRID)
    (item,) = day(life.member)
    assert (item.title, item.action) == ("正在巡查", "继续")
    assert [item.action for item in day(life.assistant)] == ["开始"], "somebody else's is not mine"


def test_another_plugin_adds_its_own_and_a_failing_one_costs_only_that(plugin_folder, life, request):
    create_task(life.secretary, NewTask(GRID, "早该办的", today()))
    life.move_clock(now() + timedelta(days=2))
    plugin_folder("ring", {"plugin.py": NEIGHBOUR})
    plugin_folder("sick", {"plugin.py": NEIGHBOUR.replace("return [", "return 1/0, [")})
    page = request.getfixturevalue("as_role")("grid_member", GRID).get("/grid/my-day").text
    assert "有人按了红键" in page
    assert "今天的巡查" in page
    # Somebody who waits this minute comes before what is overdue.
    assert page.index("有人按了红键") < page.index("早该办的") < page.index("今天的巡查")
    assert "现在" in page


def test_an_item_says_what_it_is_in_its_own_words():
    with pytest.raises(ValueError, match="urgency"):
        DayItem("任务", "好", "/", urgency=7)
    with pytest.raises(TypeError):
        DayItem("任务", 3, "/")  # type: ignore[arg-type]
    assert DayItem("任务", "好", "/").urgency == SOME_DAY


def test_an_empty_day_says_so_and_residents_have_none(life, as_role):
    browser = as_role("party_member", VILLAGE)
    assert "今天的事都办完了" in browser.get("/grid/my-day").text
    assert as_role("resident", VILLAGE).get("/grid/my-day").status_code == 403


PAGES = {
    "grid_member": (
        "/grid/my-day",
        "/grid/files",
        "/grid/files/{home}",
        "/grid/files/{home}/land",
        "/grid/patrol",
        "/grid/my-tasks",
        "/grid/my-households",
    ),
    "secretary": (
        "/grid/freshness",
        "/grid/registers?register=tag:empty_nest",
        "/grid/registers?register=item:house_safety:c,d",
        "/grid/patrols",
        "/grid/points",
        "/grid/tasks",
        "/grid/party",
        "/people/households/{home}",
    ),
}


@pytest.mark.parametrize("role", PAGES)
def test_every_page_of_daily_life_costs_fewer_than_twenty_statements(life, as_role, monkeypatch, role):
    update_file(life.member, life.home.id, [])
    create_task(life.secretary, NewTask(GRID, "任务", today()))
    browser = as_role(role, GRID if role == "grid_member" else VILLAGE)
    asked = []
    handle = type(database.obj)
    for name in ("execute_sql", "run"):
        plain = getattr(handle, name)

        def counted(self, sql, *rest, plain=plain, **more):
            asked.append(sql)
            return plain(self, sql, *rest, **more)

        monkeypatch.setattr(handle, name, counted)
    for path in PAGES[role]:
        asked.clear()
        assert browser.get(path.format(home=life.home.id)).status_code == 200
        assert 0 < len(asked) < 20, (path, len(asked), asked)


def test_the_page_shows_each_with_one_tap_and_the_county_has_no_day_of_a_member(life, as_role):
    create_task(life.secretary, NewTask(GRID, "核对台账", today()))
    page = as_role("grid_member", GRID).get("/grid/my-day").text
    assert page.count('class="day-item') == 2
    assert "/grid/tasks/1" in page
    assert as_role("county_admin", COUNTY_CODE).get("/grid/my-day").status_code == 403
