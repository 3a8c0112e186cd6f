"""A plugin in some villages first: what is there for whom, in and out of the pilot."""

import re
from datetime import timedelta

import pytest

from core.accounts.api import actor_for, operator
from core.areas.api import close_area
from core.areas.services import keep_pilots
from core.audit import AuditLine
from core.cases.kinds import open_kinds
from core.clock import today
from core.county import plugins
from core.db import unit_of_work
from core.events import Delivery, announce
from core.notices.api import Accounts, notify
from core.notices.queries import inbox
from core.plugin_host.pilots import pilot_areas, pilot_scopes
from core.plugin_host.state import generation, set_pilot, survey, switch
from core.rolls import roll_candidates
from core.scope import AreaScope
from core.security import ANONYMOUS
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from core.web import parts

MANIFEST = """
name = "trial"
title = "试用的插件"
title_en = "A plugin on trial"
version = "1.0"
api = ">=1.0,<2"
listens = ["trial.Done", "cases.CaseReported"]
[permissions]
"trial.see" = "查看"
[announces]
Done = "做了"
"""
PLUGIN = """
from flask import Blueprint
from core.access import demands, public, signed_in
from core.hookspecs import (
    Card, CaseKind, DayItem, MenuItem, NoticeKind, Panel, RollCandidate, SOON, hookimpl
)
from core.security import Role

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/own")
@signed_in
def own():
    return "my own things"

@pages.get("/core-right")
@demands("areas.view")
def core_right():
    return "under a right of the core"

@pages.get("/see")
@demands("trial.see")
def see():
    return "what the right shows"

@pages.get("/open")
@public("everybody reads it")
def everybody():
    return "open to all"

@hookimpl
def register_pages():
    return [pages]

@hookimpl
def register_roles():
    held = frozenset({"trial.see"})
    return [Role(name, name, held) for name in ("resident", "secretary", "town_official", "county_admin")]

@hookimpl
def register_case_kinds():
    return [CaseKind("trial.wish", "试用的愿望", open=True)]

@hookimpl
def register_notice_kinds():
    return {"trial.told": NoticeKind("试用的消息")}

@hookimpl
def menu_items(actor):
    return [MenuItem("试用", "trial.everybody", face) for face in ("phone", "office")]

@hookimpl
def home_cards(actor):
    return [Card("trial/card.html", {})]

@hookimpl
def household_panels(actor, household_id):
    return [Panel("trial/card.html", {})]

@hookimpl
def roll_candidates(area_code):
    return [RollCandidate(person_id=1, seat="party_member")]

@hookimpl
def on_event(event):
    pass
"""
CARD = "a card on trial"


@pytest.fixture
def county_plugins():
    return ["diary", "points_store"]


@pytest.fixture
def piloted(plugin_folder, county, build_app):
    """Three plugins, two of them bundled, on trial in VILLAGE; the app that serves them."""
    plugin_folder("trial", {"plugin.toml": MANIFEST, "plugin.py": PLUGIN, "templates/trial/card.html": CARD})
    build_app()
    for name in ("trial", "diary", "points_store"):
        _pilot(county, name, [VILLAGE])
    return build_app()


def _pilot(county, name, areas):
    set_pilot(operator(), county.settings, county.plugins_folder, name, areas)


ROLES = (
    # role, plugin's permission that it holds
    ("secretary", "trial.see"),
    ("town_official", "trial.see"),
    ("county_admin", "trial.see"),
    ("resident", "trial.see"),
    ("secretary", "diary.view"),
    ("town_official", "diary.view"),
    ("secretary", "points_store.view"),
    ("resident", "points_store.own"),
)
PLACES = (
    # where the post is, what is left of it
    (VILLAGE, (VILLAGE,)),
    (GRID, (GRID,)),
    (SISTER_VILLAGE, ()),
    (FAR_VILLAGE, ()),
    (TOWN, (VILLAGE,)),
    (OTHER_TOWN, ()),
    (COUNTY_CODE, (VILLAGE,)),
)


def test_every_right_of_a_piloted_plugin_ends_at_its_villages(piloted, account):
    whole = plugins().roles()
    for role, permission in ROLES:
        assert permission in whole[role].permissions, f"the table is wrong: {role} lacks {permission}"
        for place, left in PLACES:
            acting = actor_for(account(role, place).id)
            assert acting.scope(permission).prefixes == left, (role, permission, place)
            if "areas.view" in whole[role].permissions:
                assert acting.scope("areas.view").prefixes == (place,), "the core's own rights stay"


def test_pages_and_interface_are_there_in_the_pilot_and_nowhere_else(piloted, account, as_role, api_as, app):
    inside, outside = _browsers(piloted, account, VILLAGE), _browsers(piloted, account, SISTER_VILLAGE)
    for path, text in (
        ("/trial/own", "my own things"),
        ("/trial/see", "what the right shows"),
        ("/trial/core-right", "under a right of the core"),
    ):
        assert text in inside.get(path).text
        refused = outside.get(path)
        assert refused.status_code == 404, path
        assert "先在部分村社试用，您这里还没有开通" in refused.text
    for browser in (inside, outside, piloted.test_client()):
        assert "open to all" in browser.get("/trial/open").text
    assert piloted.test_client().get("/trial/own").status_code == 302, "who is not logged in is asked to"
    shut = _browsers(piloted, account, SISTER_VILLAGE, role="stationed_cadre").get(
        "/diary/entries", headers={"Accept-Language": "en"}
    )
    assert shut.status_code == 404


def _browsers(app, account, area_code, role="secretary"):
    from core.accounts.api import open_session

    browser = app.test_client()
    with browser.session_transaction() as session:
        session["token"] = open_session(operator(), account(role, area_code).id).token
    return browser


def test_the_interface_says_it_with_a_code(piloted, account):
    from core.accounts.api import create_token
    from core.testing import JsonClient

    def program(area_code):
        number = account("secretary", area_code).id
        return JsonClient(piloted, create_token(operator(), number, title="test").token)

    assert program(VILLAGE).get("/indices?month=2026-01").status_code != 404
    refused = program(SISTER_VILLAGE).get("/indices?month=2026-01")
    assert (refused.status_code, refused.json["code"]) == (404, "pilot_elsewhere")
    kinds = program(SISTER_VILLAGE).post(
        "/cases", {"kind": "trial.wish", "text": "想要一盏灯", "area_code": SISTER_VILLAGE}
    )
    assert kinds.json["code"] == "case_kind_unknown"
    taken = program(VILLAGE).post(
        "/cases", {"kind": "trial.wish", "text": "想要一盏灯", "area_code": VILLAGE}
    )
    assert taken.status_code == 201


def test_what_a_plugin_offers_is_offered_in_the_pilot_only(piloted, account, people):
    inside = actor_for(account("secretary", VILLAGE).id)
    outside = actor_for(account("secretary", SISTER_VILLAGE).id)
    # Nobody's post says so, but they live there.
    at_home = actor_for(account("clerk", FAR_VILLAGE, person_id=people[0].person_ids[0]).id)
    above = actor_for(account("town_official", TOWN).id)

    def asked(hook, acting, **more):
        return "trial" in {answer.plugin for answer in plugins().ask(hook, actor=acting, **more)}

    for hook in ("menu_items", "home_cards"):
        answers = [asked(hook, acting) for acting in (inside, outside, at_home, above, ANONYMOUS)]
        assert answers == [True, False, True, True, True], hook
    assert asked("household_panels", above, at=VILLAGE, household_id=1)
    assert not asked("household_panels", above, at=SISTER_VILLAGE, household_id=1)
    with piloted.test_request_context():
        assert CARD in "".join(parts("home_cards", actor=inside))
        assert CARD not in "".join(parts("home_cards", actor=outside))
    assert [bool(roll_candidates(code)) for code in (VILLAGE, SISTER_VILLAGE)] == [True, False]
    offered = [any(kind.name == "trial.wish" for kind in open_kinds(c)) for c in (VILLAGE, SISTER_VILLAGE)]
    assert offered == [True, False]


def test_an_event_is_told_where_the_plugin_is_tried(piloted, account):
    told = []
    for code in (VILLAGE, GRID, SISTER_VILLAGE, FAR_VILLAGE, TOWN, COUNTY_CODE):
        with unit_of_work(housekeeping="a test"):
            announce(operator(), "trial.Done", area_code=code, subject=f"thing:{code}")
        told.append(Delivery.select().where(Delivery.plugin == "trial").count())
    assert told == [1, 2, 2, 2, 3, 4], "areas that hold the pilot concern it too"


def test_old_messages_read_outside_of_the_pilot_as_of_a_plugin_that_is_off(
    piloted, county, account, build_app
):
    inside, outside = (account("secretary", code) for code in (VILLAGE, SISTER_VILLAGE))
    with unit_of_work(housekeeping="a test"):
        for each in (inside, outside):
            to = Accounts((each.id,))
            notify(to, "trial.told", "请看一看。", {}, subject="thing:1", url="/trial/own", area_code=VILLAGE)

    def titles():
        return [inbox(actor_for(each.id))[0][0].title for each in (inside, outside)]

    assert titles() == ["试用的消息", ""]
    assert "试用的消息" not in _browsers(piloted, account, SISTER_VILLAGE).get("/notices/").text
    switch(operator(), county.settings, county.plugins_folder, "trial", enabled=False)
    build_app()
    assert titles() == ["", ""], "as of one that is off"


def test_widening_and_narrowing_keep_the_data_and_are_on_record(piloted, county, account, build_app):
    before, acting = generation(), account("secretary", SISTER_VILLAGE).id
    _pilot(county, "diary", [VILLAGE, SISTER_VILLAGE])
    build_app()
    assert actor_for(acting).may("diary.view", SISTER_VILLAGE)
    _pilot(county, "diary", [])
    build_app()
    assert actor_for(acting).scope("diary.view").prefixes == (SISTER_VILLAGE,)
    assert "diary" not in pilot_scopes()
    assert generation() == before + 2
    lines = AuditLine.unscoped("a test").where(AuditLine.action == "core.set_pilot")
    assert [line.subject for line in lines][-2:] == ["plugin:diary", "plugin:diary"]


def test_a_merged_village_takes_its_pilot_along(piloted, county, account, build_app):
    day = today() - timedelta(days=1)
    for code in (GRID, VILLAGE):
        if code == GRID:
            _pilot(county, "diary", [GRID, VILLAGE])
    scope = AreaScope((COUNTY_CODE,))
    _close_grid(county, scope, day)
    close_area(operator(), scope, VILLAGE, last_day=day, successor_code=SISTER_VILLAGE)
    assert pilot_areas()["trial"] == (SISTER_VILLAGE,)
    assert pilot_scopes()["trial"].prefixes == (VILLAGE, SISTER_VILLAGE), "what was written stays in view"
    app = build_app()
    assert actor_for(account("secretary", SISTER_VILLAGE).id).may("trial.see", SISTER_VILLAGE)
    page = _browsers(app, account, COUNTY_CODE, role="county_admin").get("/system/plugins").text
    assert "试点：1 个村" in page
    before = generation()
    keep_pilots()
    assert generation() == before, "nothing more to follow"


def _close_grid(county, scope, day):
    from core.areas.models import Area

    with unit_of_work(housekeeping="a test's grid ends without an heir"):
        Area.update(valid_to=day).where(Area.code == GRID).execute()


def test_a_pilot_is_set_by_page_and_interface_within_bounds(piloted, county, account, submit, build_app):
    from core.accounts.api import create_token
    from core.testing import JsonClient

    number = account("county_admin", COUNTY_CODE).id
    program = JsonClient(piloted, create_token(operator(), number, title="test").token)
    path = "/plugins/trial/pilot"
    assert program.get(path).json == {"id": "trial", "title": "试用的插件", "area_codes": [VILLAGE]}
    changed = program.call("PUT", path, {"area_codes": [TOWN, VILLAGE, GRID]})
    assert changed.json["area_codes"] == [TOWN], "a village in its town adds nothing"
    for wrong in ("341505001", "341504009", COUNTY_CODE[:4]):
        refused = program.call("PUT", path, {"area_codes": [wrong]})
        assert (refused.status_code, refused.json["code"]) == (422, "pilot_area_unknown"), wrong
    assert program.call("PUT", path, {"area_codes": [COUNTY_CODE]}).json["area_codes"] == []
    assert program.call("PUT", "/plugins/nothing/pilot", {"area_codes": []}).status_code == 404
    town = JsonClient(
        piloted, create_token(operator(), account("town_official", TOWN).id, title="test").token
    )
    assert town.call("PUT", path, {"area_codes": []}).status_code == 403
    browser = _browsers(piloted, account, COUNTY_CODE, role="county_admin")
    place = "/system/plugins/trial/pilot"
    empty = submit(browser, place, place, reach="some")
    assert empty.status_code == 422
    assert "请至少勾选一个" in empty.text
    saved = submit(browser, place, place, reach="some", area_codes=[SISTER_VILLAGE, OTHER_TOWN])
    assert saved.status_code == 303
    assert pilot_areas()["trial"] == (SISTER_VILLAGE, OTHER_TOWN)
    shown = browser.get(place).text
    ticked = set(re.findall(r'value="(\d+)" checked', shown))
    assert ticked == {SISTER_VILLAGE, OTHER_TOWN}
    listed = browser.get("/system/plugins").text
    assert "试点：1 个镇街、1 个村" in listed
    assert survey(county.settings, county.plugins_folder)["trial"].pilot == (SISTER_VILLAGE, OTHER_TOWN)
