"""The cockpit: numbers as their lists have them, one's own area, few statements, no JavaScript needed."""

import re

import pytest

from core.testing import COUNTY_CODE, OTHER_TOWN, TOWN, VILLAGE
from plugins.diary.jobs import reckon_visits
from plugins.diary.services.entries import NewEntry, Problem, raise_problem, write_entry
from plugins.diary.services.visits import NewVisit, record_visit
from plugins.diary.services.words import cut_entries


@pytest.fixture
def lively(village):
    """Two visits, three entries, one open problem."""
    reckon_visits()
    for house in (village.house, village.home):
        record_visit(village.cadre, NewVisit(household_id=house.id, text="村口路灯坏了"))
    entry = write_entry(village.cadre, NewEntry(VILLAGE, "企业用电的事", kind="enterprise"))
    raise_problem(village.cadre, entry, Problem(text="电压不稳"))
    cut_entries()
    return village


def numbers(browser, area=""):
    found = browser.get(f"/diary/cockpit.json?area={area}").json
    return found, {fact["name"]: (fact["number"], fact["of"]) for fact in found["facts"]}


def test_it_counts_what_is_there(lively, as_role):
    found, facts = numbers(as_role("county_admin", COUNTY_CODE))
    assert facts["visits_today"] == facts["visits_month"] == (2, None)
    assert facts["coverage"] == (2, 3)
    assert facts["entries"] == (3, None)
    assert facts["open"] == (1, None)
    assert facts["overdue"] == (0, None)
    assert {row["name"]: row["number"] for row in found["kinds"]}["驻企服务员"] == 1
    assert found["words"][0]["number"] == 2
    assert len(found["days"]) == 30
    assert found["days"][-1]["visits"]["number"] == 2
    places = {row["name"]: row for row in found["places"]}
    assert set(places) == {"甲镇", "乙镇"}, "a town where nothing happened stands there too"
    assert (places["甲镇"]["open"]["number"], places["乙镇"]["open"]["number"]) == (1, 0)


def test_every_number_leads_to_a_page_and_lists_have_as_many_rows(lively, as_role):
    desk = as_role("county_admin", COUNTY_CODE)
    found, _ = numbers(desk)
    for fact in found["facts"]:
        page = desk.get(fact["href"])
        assert page.status_code == 200, fact
    addresses = {fact["name"]: fact["href"] for fact in found["facts"]}
    assert "共 2 次" in desk.get(addresses["visits_today"]).text
    assert "共 3 篇" in desk.get(addresses["entries"]).text
    for row in (*found["places"], *found["words"], *found["kinds"]):
        for value in (row, *(each for each in row.values() if isinstance(each, dict))):
            assert desk.get(value["href"]).status_code == 200, value


def test_a_town_sees_its_own(lively, as_role):
    town, other = as_role("town_official", TOWN), as_role("town_official", OTHER_TOWN)
    assert numbers(town)[1]["visits_month"] == (2, None)
    assert numbers(other)[1]["visits_month"] == (0, None)
    assert other.get(f"/diary/cockpit?area={TOWN}").status_code == 404
    assert other.get(f"/diary/cockpit.json?area={COUNTY_CODE}").status_code == 404
    assert as_role("stationed_cadre", VILLAGE).get("/diary/cockpit").status_code == 403
    assert as_role("resident", VILLAGE).get("/diary/cockpit.json").status_code == 403


def test_the_page_has_the_numbers_without_a_script_and_no_inline_code(lively, as_role):
    desk = as_role("county_admin", COUNTY_CODE)
    for language in ("zh_Hans_CN", "en"):
        desk.set_cookie("language", language)
        for area in ("", TOWN, VILLAGE, VILLAGE + "001"):
            page = desk.get(f"/diary/cockpit?area={area}")
            assert page.status_code == 200
            assert re.search(r'data-fact="visits_month">\d+<', page.text)
            assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", page.text)


def test_it_costs_fewer_than_twenty_statements(lively, as_role, monkeypatch):
    from core.db import database

    desk = as_role("county_admin", COUNTY_CODE)
    desk.get("/diary/cockpit")
    asked = []
    run = database.obj.execute_sql

    def count(sql, *rest, **more):
        asked.append(sql)
        return run(sql, *rest, **more)

    monkeypatch.setattr(database.obj, "execute_sql", count)
    for path in ("/diary/cockpit", "/diary/cockpit.json"):
        asked.clear()
        assert desk.get(path).status_code == 200
        assert 3 < len(asked) < 20, asked


def test_programs_read_the_same_numbers(lively, as_role, api_as):
    desk, program = as_role("county_admin", COUNTY_CODE), api_as("county_admin", COUNTY_CODE)
    for area in ("", TOWN, VILLAGE):
        shown = program.get(f"/cockpit-numbers?area_code={area}" if area else "/cockpit-numbers").json
        found, facts = numbers(desk, area)
        assert (shown["visits_month"], None) == facts["visits_month"]
        assert (shown["visited"], shown["doors"]) == facts["coverage"]
        assert (shown["satisfied"], shown["rated"]) == facts["satisfied"]
        assert [row["visits"] for row in shown["days"]] == [row["visits"]["number"] for row in found["days"]]
        assert [row["word"] for row in shown["words"]] == [row["name"] for row in found["words"]]
        assert {row["name"] for row in shown["places"]} == {row["name"] for row in found["places"]}
    assert api_as("town_official", OTHER_TOWN).get(f"/cockpit-numbers?area_code={TOWN}").status_code == 404
    assert api_as("stationed_cadre", VILLAGE).get("/cockpit-numbers").status_code == 403
