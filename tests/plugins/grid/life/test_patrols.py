"""Patrols: walked, found, finished; what weighs on people is off until a law grounds it."""

import json
import re
from datetime import timedelta

import pytest
from peewee import DatabaseError

from core.accounts.api import open_session, operator
from core.burdens import BurdenOff
from core.cases.api import case
from core.clock import now, today
from core.db import database, milliseconds
from core.errors import Forbidden, NotFound
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE
from plugins.grid import jobs
from plugins.grid.errors.patrols import (
    NotYourPatrol,
    PatrolOver,
    PatrolUnderWay,
    PointUnknown,
    PositionMissing,
)
from plugins.grid.models.patrols import Patrol, PatrolCheck, PatrolFinding, PatrolPlace
from plugins.grid.queries.patrols import case_ids, month, patrol, patrol_under_way
from plugins.grid.services.check_ins import add_places, check_in
from plugins.grid.services.patrols import add_finding, finish_patrol, start_patrol
from plugins.grid.services.points import add_point, point_token, retire_point
from plugins.grid.whereabouts import Position

HERE = AreaScope((COUNTY_CODE,))
SQUARE = (31.85, 115.90)


def later(life, minutes):
    life.move_clock(now() + timedelta(minutes=minutes))


@pytest.fixture
def walk(life):
    """A patrol of the member in GRID."""
    return start_patrol(life.member, area_code=GRID)


@pytest.fixture
def point(life):
    """A point in GRID with a known position."""
    return add_point(life.secretary, area_code=GRID, name="文化广场", latitude=SQUARE[0], longitude=SQUARE[1])


def test_a_patrol_counts_its_minutes_from_start_to_finish(life, walk):
    later(life, 90)
    row = finish_patrol(life.member, walk, note="一切正常")
    view = patrol(life.secretary, walk)
    assert (row.minutes, view.minutes, view.ended, view.note) == (90, 90, "finished", "一切正常")
    assert patrol_under_way(life.member) is None
    with pytest.raises(PatrolOver):
        finish_patrol(life.member, walk)


def test_nobody_walks_two_rounds_at_once(life, walk):
    with pytest.raises(PatrolUnderWay):
        start_patrol(life.member, area_code=GRID)
    start_patrol(life.assistant, area_code=GRID)
    assert Patrol.unscoped("a test").count() == 2


def test_one_walks_ones_own_grid_and_writes_in_ones_own_patrol(life, walk):
    with pytest.raises(NotFound):
        start_patrol(life.stranger, area_code=GRID)
    with pytest.raises(NotFound):
        start_patrol(life.member, area_code=GRID[:-1] + "9")
    with pytest.raises(NotFound):
        finish_patrol(life.assistant, walk)
    with pytest.raises(Forbidden):
        finish_patrol(life.secretary, walk)
    with pytest.raises(NotFound):
        patrol(life.stranger, walk)


def test_who_may_look_may_not_write(life, walk, actor):
    leader = actor("grid_leader", GRID)
    assert patrol(leader, walk).account_id == life.member.account_id
    with pytest.raises(NotYourPatrol):
        add_finding(leader, walk, text="路灯坏了")


def test_a_finding_becomes_a_case_of_the_grid_that_leads_back_to_the_patrol(life, walk):
    later(life, 10)
    found = add_finding(life.member, walk, text="桥栏杆断了", place="村东小桥", urgent=True)
    view = case(life.member, found)
    assert (view.kind, view.subject, view.area_code, view.place) == (
        "grid.patrol_finding",
        f"grid_patrol:{walk}",
        GRID,
        "村东小桥",
    )
    assert view.urgent
    assert case_ids(walk) == [found]
    assert patrol(life.member, walk).findings == 1
    assert Patrol.unscoped("a test").get().last_seen_at == now()


def test_what_a_phone_without_signal_tells_later_counts_from_when_it_happened(life, walk):
    later(life, 60)
    ended = now()
    later(life, 30)
    assert finish_patrol(life.member, walk, happened_at=ended).minutes == 60


@pytest.mark.parametrize("off", [timedelta(days=-3), timedelta(hours=5)])
def test_a_moment_that_cannot_be_is_now(life, walk, off):
    later(life, 45)
    assert finish_patrol(life.member, walk, happened_at=now() + off).minutes == 45


def test_a_patrol_that_was_never_finished_ends_by_night_at_its_last_sign_of_life(life, walk):
    later(life, 20)
    add_finding(life.member, walk, text="水管漏水")
    life.move_clock(now() + timedelta(hours=5))
    jobs.close_patrols()
    assert patrol_under_way(life.member) is not None, "it may still be going on"
    life.move_clock(now() + timedelta(hours=10))
    jobs.close_patrols()
    view = patrol(life.member, walk)
    assert (view.ended, view.minutes) == ("night", 20)
    start_patrol(life.member, area_code=GRID)


def test_check_ins_and_tracks_are_off_until_the_config_names_the_ground(life, walk, point, ground):
    here = Position(*SQUARE)
    with pytest.raises(BurdenOff):
        check_in(life.member, walk, point_id=point.id, position=here)
    with pytest.raises(BurdenOff):
        add_places(life.member, walk, [(now(), here)])
    ground("check_in")
    assert check_in(life.member, walk, point_id=point.id, position=here).doubt == ""
    with pytest.raises(BurdenOff):
        add_places(life.member, walk, [(now(), here)])
    assert PatrolPlace.unscoped("a test").count() == 0


def test_the_code_at_a_point_checks_in_scanned_or_typed(life, walk, point, ground):
    ground("check_in")
    scanned = check_in(life.member, walk, raw_token=f"http://x/grid/p/{point_token(point.code)}")
    typed = check_in(life.member, walk, raw_token=point.code.lower())
    assert {scanned.how, typed.how} == {"qr"}
    assert {scanned.doubt, typed.doubt} == {""}
    for raw_token in ("nonsense", point_token(point.code)[:-1] + "x", "22222222"):
        with pytest.raises(PointUnknown):
            check_in(life.member, walk, raw_token=raw_token)
    with pytest.raises(PositionMissing):
        check_in(life.member, walk, point_id=point.id)


def test_a_point_of_another_grid_or_a_retired_one_is_unknown(life, walk, point, ground):
    ground("check_in")
    other = add_point(life.admin, area_code=SISTER_VILLAGE, name="邻村")
    hall = add_point(life.secretary, area_code=VILLAGE, name="村委会")
    assert check_in(life.member, walk, raw_token=hall.code).point_id == hall.id
    with pytest.raises(PointUnknown):
        check_in(life.member, walk, raw_token=other.code)
    retire_point(life.secretary, point.id)
    with pytest.raises(PointUnknown):
        check_in(life.member, walk, raw_token=point.code)


@pytest.mark.parametrize(
    ("where", "doubt"),
    [
        (Position(*SQUARE, mocked=True), "mocked"),
        (Position(SQUARE[0] + 0.02, SQUARE[1]), "far"),
        (Position(SQUARE[0] + 0.001, SQUARE[1], accuracy=50), ""),
        (Position(39.9, 116.4), "speed"),
    ],
)
def test_a_position_that_may_not_be_true_is_stored_as_such_and_refused_to_nobody(
    life, walk, point, ground, where, doubt
):
    ground("check_in")
    check_in(life.member, walk, point_id=point.id, position=Position(*SQUARE))
    later(life, 5)
    row = check_in(life.member, walk, raw_token=point.code, position=where)
    stored = PatrolCheck.unscoped("a test").where(PatrolCheck.id == row.id).get()
    assert (stored.doubt, stored.mocked) == (doubt, where.mocked)
    later(life, 30)
    assert finish_patrol(life.member, walk).minutes == 35, "its minutes are counted all the same"


def test_check_ins_refuse_to_be_changed(life, walk, point, ground):
    ground("check_in")
    check_in(life.member, walk, raw_token=point.code)
    with pytest.raises(DatabaseError, match="never changed"), database.atomic():
        database.execute_sql("UPDATE grid_patrol_check SET doubt = 'far'")


def test_tracks_are_kept_as_told_and_forgotten_when_their_time_is_over(life, walk, ground):
    ground("track_upload")
    way = [(now() + timedelta(seconds=s), Position(31.85 + s / 100_000, 115.9)) for s in (0, 30, 60)]
    later(life, 2)
    assert add_places(life.member, walk, way) == 3
    assert add_places(life.member, walk, [(now(), Position(32.85, 115.9, mocked=True))]) == 1
    doubts = [row.doubt for row in PatrolPlace.unscoped("a test").order_by(PatrolPlace.id)]
    assert doubts == ["", "", "", "mocked"]
    life.move_clock(now() + timedelta(days=91))
    jobs.forget_tracks()
    assert PatrolPlace.unscoped("a test").count() == 0


def test_the_page_sends_the_way_only_where_its_ground_is_named(life, walk, ground, app):
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["token"] = open_session(operator(), life.member.account_id).token
    page = browser.get("/grid/patrol").text
    assert "track.js" not in page
    assert "data-track" not in page
    token = page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]
    place = {"at": now().isoformat(), "latitude": 31.8, "longitude": 115.9, "accuracy": 8, "mocked": False}
    form = {"csrf_token": token, "places": json.dumps([place])}
    address = f"/grid/patrol/{walk}/places"
    refused = browser.post(address, data=form)
    assert (refused.status_code, refused.json["code"]) == (403, "burden_off")
    assert PatrolPlace.unscoped("a test counts").count() == 0
    ground("track_upload")
    page = browser.get("/grid/patrol").text
    assert "track.js" in page
    assert f'action="{address}" data-track' in page
    assert browser.post(address, data=form).json == {"places": 1}
    assert browser.post(address, data={**form, "places": "[{}]"}).status_code == 422
    assert browser.post(address, data={**form, "places": "x"}).status_code == 422
    assert browser.post(address, data={"places": form["places"]}).status_code == 400
    assert PatrolPlace.unscoped("a test counts").count() == 1


def test_the_month_shows_minutes_by_day_and_points_that_were_seen(life, walk, point, ground):
    ground("check_in")
    add_point(life.secretary, area_code=GRID, name="水库")
    check_in(life.member, walk, raw_token=point.code)
    later(life, 240)
    finish_patrol(life.member, walk)
    first = today().replace(day=1)
    (grid,) = month(HERE, GRID, first)
    assert (grid.minutes[today().day - 1], grid.total, grid.patrols) == (240, 240, 1)
    assert (grid.seen, grid.points, grid.level(today().day - 1, 240)) == (1, 2, 3)
    (town,) = month(HERE, COUNTY_CODE, first)
    assert (town.total, town.grids, town.level(0, 240)) == (240, 1, 0)


def test_the_month_lists_and_counts_its_own_rounds_only(life, walk, as_role):
    finish_patrol(life.member, walk)
    here = today()
    life.move_clock(now() + timedelta(days=31))
    later_walk = start_patrol(life.member, area_code=GRID)
    finish_patrol(life.member, later_walk)
    desk = as_role("secretary", VILLAGE)
    for day, number in ((here, walk), (today(), later_walk)):
        page = desk.get(f"/grid/patrols?month={day:%Y-%m}").text
        assert "共 1 次" in page
        assert re.findall(r'href="/grid/patrols/(\d+)"', page) == [str(number)]
    for odd in ("9999-12", "0001-01", "2026-13", "x"):
        assert f"{today():%Y-%m}" in desk.get(f"/grid/patrols?month={odd}").text, "no such month: this one"
    sheet = desk.get("/grid/patrols/sheet").text
    assert "month.css" in sheet, "the month lies across the paper"


def test_the_interface_walks_a_patrol_and_one_key_walks_it_once(life, api_as):
    program = api_as("grid_member", GRID)
    first = program.post("/patrols", {"area_code": GRID}, key="start-0001")
    assert first.status_code == 201
    assert program.post("/patrols", {"area_code": GRID}, key="start-0001").text == first.text
    assert program.post("/patrols", {"area_code": GRID}).json["code"] == "patrol_under_way"
    path = f"/patrols/{first.json['id']}"
    found = program.post(f"{path}/findings", {"text": "路面塌陷"}, key="find-0001")
    assert program.post(f"{path}/findings", {"text": "路面塌陷"}, key="find-0001").text == found.text
    refused = program.post(f"{path}/check-ins", {"code": "22222222"})
    assert (refused.status_code, refused.json["code"]) == (403, "burden_off")
    later(life, 15)
    ended = program.post(f"{path}/finish", {"note": "好"}, key="end-0001")
    assert (ended.json["minutes"], ended.json["findings"], ended.json["ended"]) == (15, 1, "finished")
    assert api_as("secretary", VILLAGE).get("/patrols").headers["X-Total-Count"] == "1"
    assert api_as("secretary", SISTER_VILLAGE).get("/patrols").headers["X-Total-Count"] == "0"


def test_the_pages_walk_a_patrol(life, walk, point, as_role, submit, ground):
    browser = as_role("grid_member", GRID)
    page = browser.get("/grid/patrol").text
    assert "开始巡查" in page
    assert submit(browser, "/grid/patrol", "/grid/patrol/start", area_code=GRID).status_code == 303
    page = browser.get("/grid/patrol").text
    assert "发现问题" in page
    assert "打卡" not in page, "check-ins are off"
    number = Patrol.unscoped("a test").order_by(Patrol.id.desc()).first().id
    address = f"/grid/patrol/{number}/finding"
    assert submit(browser, address, address, text="").status_code == 422
    assert submit(browser, address, address, text="井盖丢失", place="村口").status_code == 303
    found = PatrolFinding.unscoped("a test").get().case_id
    page = browser.get("/grid/patrol").text
    assert "井盖丢失" in page
    assert f'href="/cases/{found}"' in page
    silent = submit(browser, address, address, text="路牌歪了", solved_on_spot="1")
    assert silent.status_code == 422
    assert "请写明怎样解决的" in silent.text
    submit(browser, address, address, text="路牌歪了", solved_on_spot="1", answer="扶正了")
    page = browser.get("/grid/patrol").text
    assert "已记为当场解决的事项" in page
    assert "会按规则交办" not in page
    assert "未写明法律依据" in browser.get(f"/grid/p/{point_token(point.code)}").text
    ground("check_in")
    assert "文化广场" in browser.get("/grid/patrol").text
    landing = f"/grid/p/{point_token(point.code)}"
    checked = submit(browser, landing, f"/grid/patrol/{number}/check", code=point_token(point.code))
    assert checked.status_code == 303
    told = str(milliseconds(now()))
    ended = submit(browser, "/grid/patrol", f"/grid/patrol/{number}/finish", note="好", happened_at=told)
    assert ended.status_code == 303
    desk = as_role("secretary", VILLAGE)
    for path in ("/grid/patrols", "/grid/patrols/sheet", f"/grid/patrols/{number}", "/grid/points"):
        assert desk.get(path).status_code == 200, path
    assert "井盖丢失" in desk.get(f"/grid/patrols/{number}").text
    sheet = desk.get("/grid/points/sheet").text
    assert sheet.count("<svg") > 1
    assert point.code in sheet
    assert as_role("secretary", SISTER_VILLAGE).get(f"/grid/patrols/{number}").status_code == 404


def test_the_secretary_adds_and_retires_points_on_the_page(life, as_role, submit):
    desk = as_role("secretary", VILLAGE)
    assert submit(desk, "/grid/points", "/grid/points", area_code=GRID, name="").status_code == 422
    wish = {"area_code": GRID, "name": "老井", "latitude": "31.85", "longitude": "115.9"}
    assert submit(desk, "/grid/points", "/grid/points", **wish).status_code == 303
    page = desk.get("/grid/points").text
    assert "老井" in page
    assert submit(desk, "/grid/points", "/grid/points/1/retire").status_code == 303
    assert "老井" not in desk.get("/grid/points").text
