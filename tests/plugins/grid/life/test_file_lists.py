"""Freshness, special registers and exports are made of register and files, within one's areas."""

from datetime import timedelta

import pytest

from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.people.api import PersonChanges
from core.people.services import end_household, update_person
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.grid.errors.files import ExportTooLarge
from plugins.grid.jobs import open_new_files
from plugins.grid.queries.freshness import freshness, refresh_days, stale_files
from plugins.grid.queries.items import find_item
from plugins.grid.queries.registers import listed, registers, title_of
from plugins.grid.services import file_exports
from plugins.grid.services.file_exports import export_files
from plugins.grid.services.files import Entry, update_file
from plugins.grid.services.items import ItemDraft, retire_item, update_item
from plugins.grid.services.registers import drop_register, name_register

HERE = AreaScope((COUNTY_CODE,))


def test_freshness_is_what_was_updated_of_what_is_registered(life):
    update_file(life.secretary, life.house.id, [Entry("contracted_land", 0, "1")])
    life.move_clock(now() + timedelta(days=5))
    update_file(life.member, life.home.id, [Entry("contracted_land", 0, "1")])
    (village,) = freshness(HERE, TOWN)
    assert (village.area_code, village.households, village.within) == (VILLAGE, 3, (1, 2, 2))
    life.move_clock(now() + timedelta(days=6))
    assert freshness(HERE, TOWN)[0].within == (0, 1, 2)
    below = {row.area_code: (row.households, row.within) for row in freshness(HERE, VILLAGE)}
    assert below[GRID] == (1, (0, 1, 1))
    assert [day.files for day in refresh_days(HERE, TOWN) if day.files] == [1, 1]


def test_an_ended_household_is_in_no_figure(life):
    update_file(life.member, life.home.id, [])
    end_household(life.admin, life.home.id)
    (village,) = freshness(HERE, TOWN)
    assert (village.households, village.within) == (2, (0, 0, 0))
    assert stale_files(HERE, TOWN) == ([], 0)


def test_households_without_a_file_are_listed_as_never_filled_in_after_a_night(life):
    update_file(life.member, life.home.id, [])
    assert stale_files(HERE, TOWN)[1] == 1
    open_new_files()
    open_new_files()
    rows, total = stale_files(HERE, TOWN)
    assert total == 3
    assert [row.days for row in rows] == [None, None, 0]
    rows, total = stale_files(HERE, TOWN, older_than_days=7)
    assert {row.household_id for row in rows} == {life.house.id, life.house.id + 1}


def test_a_register_by_tag_is_a_view_of_the_register_of_residents(life):
    child = life.home.person_ids[2]
    assert listed(HERE, "tag:left_behind_child") == ([], 0)
    update_person(life.admin, child, PersonChanges(tags=("left_behind_child",), risk_level="high"))
    (row,), total = listed(HERE, "tag:left_behind_child")
    assert (row.person_id, row.household_id, row.risk_level, total) == (child, life.home.id, "high", 1)
    assert listed(HERE, "risk:high")[1] == 1
    assert listed(life.stranger.scope("grid.file_view"), "tag:left_behind_child")[1] == 0
    update_person(life.admin, child, PersonChanges(tags=()))
    assert listed(HERE, "tag:left_behind_child")[1] == 0


def test_a_register_by_item_filters_single_and_several_choices(life):
    update_file(
        life.member, life.home.id, [Entry("house_safety", 0, "d"), Entry("hazards", 0, ["gas", "fire"])]
    )
    update_file(life.secretary, life.house.id, [Entry("house_safety", 0, "a"), Entry("hazards", 0, ["fire"])])
    assert [row.household_id for row in listed(HERE, "item:house_safety:c,d")[0]] == [life.home.id]
    assert listed(HERE, "item:hazards:fire")[1] == 2
    assert listed(HERE, "item:hazards:fire", area_code=GRID)[1] == 1
    assert [row.text for row in listed(HERE, "item:hazards:gas")[0]] == ["燃气、用火"]
    assert title_of("item:hazards:gas") == "安全隐患：燃气"


def test_nobody_filters_by_what_is_sensitive_or_unknown(life):
    person = life.home.person_ids[0]
    update_file(life.member, life.home.id, [Entry("health_state", person, "serious")])
    for code in (
        "item:health_state:serious",
        "item:nothing:x",
        "item:hazards:",
        "tag:",
        "x",
        "item:toilet:zzz",
    ):
        assert listed(HERE, code)[1] == 0, code
    assert title_of("item:health_state:serious") is None
    assert title_of("item:toilet:zzz") is None
    retire_item(life.admin, "house_safety")
    assert "危房户" not in {register.title for register in registers()}


def test_a_county_names_a_filter_and_everybody_reads_it_in_their_own_areas(life, as_role):
    code = "item:house_safety:b,d"
    update_file(life.member, life.home.id, [Entry("house_safety", 0, "d")])
    office = as_role("county_admin", COUNTY_CODE)
    page = office.get("/grid/registers?item=house_safety&pick=b&pick=d").text
    assert "存为专项档案" in page
    token = page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]
    form = {"csrf_token": token, "register": code, "title": "灾后要修的房"}
    assert office.post("/grid/registers", data=form).status_code == 303
    assert office.post("/grid/registers", data=form).status_code == 409
    named = next(each for each in registers() if each.title == "灾后要修的房")
    assert (named.code, title_of(code)) == (code, "灾后要修的房")
    # It is a view: who is in it follows the files, and the reader's areas.
    assert listed(HERE, code)[1] == 1
    assert listed(life.stranger.scope("grid.file_view"), code)[1] == 0
    update_file(life.member, life.home.id, [Entry("house_safety", 0, "a")])
    assert listed(HERE, code)[1] == 0
    below = as_role("secretary", VILLAGE)
    page = below.get(f"/grid/registers?register={code}").text
    assert "灾后要修的房" in page
    assert "/drop" not in page
    form["csrf_token"] = page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]
    assert below.post("/grid/registers", data=form).status_code == 403
    with pytest.raises(Forbidden):
        drop_register(life.secretary, named.id)
    drop_register(life.admin, named.id)
    assert "灾后要修的房" not in {each.title for each in registers()}
    with pytest.raises(NotFound):
        drop_register(life.admin, named.id)


def test_what_is_or_becomes_sensitive_is_no_register(life):
    for code in ("item:health_state:serious", "tag:disabled", "item:house_safety:zzz", ""):
        with pytest.raises(NotFound):
            name_register(life.admin, code, "想看的")
    for title in ("", "字" * 21):
        with pytest.raises(Invalid):
            name_register(life.admin, "item:house_safety:d", title)
    name_register(life.admin, "item:house_safety:a,d", "两头的房")
    item = find_item("house_safety")
    draft = ItemDraft(item.section, item.title, item.kind, item.owner, item.choices, sensitive=True)
    update_item(life.admin, "house_safety", draft)
    assert "两头的房" not in {each.title for each in registers()}
    assert listed(HERE, "item:house_safety:a,d") == ([], 0)


def test_the_export_is_masked_within_ones_areas_and_on_record(life):
    person = life.home.person_ids[0]
    update_file(
        life.member,
        life.home.id,
        [
            Entry("bank_account", 0, "6228480000001"),
            Entry("contracted_land", 0, "2"),
            Entry("trade", person, "=木工"),
        ],
    )
    name, _, body = export_files(life.secretary, kind="csv", area_code=VILLAGE)
    text = body.decode("utf-8-sig")
    assert name == "files.csv"
    assert "6228480000001" not in text
    assert "已登记（打码）" in text
    assert "李网格" in text
    assert "'=木工" in text or "\t=木工" in text, "a spreadsheet must not take it for a formula"
    assert export_files(life.secretary, kind="xlsx", area_code=VILLAGE)[2][:2] == b"PK"
    with pytest.raises(NotFound):
        export_files(life.secretary, kind="csv", area_code=SISTER_VILLAGE)


def test_an_export_of_more_than_a_list_is_refused(life, monkeypatch):
    monkeypatch.setattr(file_exports, "MOST_HOUSEHOLDS", 2)
    with pytest.raises(ExportTooLarge):
        export_files(life.admin, kind="csv", area_code=COUNTY_CODE)


def test_the_pages_show_lists_and_refuse_other_areas(life, as_role):
    update_file(life.member, life.home.id, [Entry("house_safety", 0, "d")])
    browser = as_role("secretary", VILLAGE)
    for path in ("/grid/files", "/grid/freshness", "/grid/registers?register=item:house_safety:c,d"):
        page = browser.get(path)
        assert page.status_code == 200, path
    assert "李网格" in browser.get("/grid/files?q=李网格").text
    assert "李网格" in browser.get("/grid/registers?item=house_safety&pick=d").text
    for path in ("/grid/files", "/grid/freshness", "/grid/registers"):
        assert browser.get(f"{path}?area={SISTER_VILLAGE}").status_code == 404
        assert browser.get(f"{path}?area=34150x").status_code == 404
    assert browser.get("/grid/registers?register=nonsense").status_code == 404
    assert "打开档案" in browser.get(f"/people/households/{life.home.id}").text
