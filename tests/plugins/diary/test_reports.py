"""Analysis reports: every number as its rows, once a place, frozen, without names, written once."""

import json
from datetime import date, timedelta

import pytest
from fpdf import FPDF

from core.cases.api import accept_case, cancel_case, resolve_case
from core.clock import today
from core.errors import Forbidden, Invalid, NotFound
from core.fonts import find_font, finished
from core.testing import COUNTY_CODE, MONDAY_MORNING, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.diary.errors.reports import (
    ReportDamaged,
    ReportNotReady,
    ReportRunning,
    ReportTooEarly,
)
from plugins.diary.jobs import reckon_visits
from plugins.diary.lines import lines
from plugins.diary.models.reports import Report
from plugins.diary.models.topics import Topic
from plugins.diary.queries.report_rows import rows_behind
from plugins.diary.queries.report_typical import nameless
from plugins.diary.queries.reports import list_reports, report
from plugins.diary.report_pdf import _fitting
from plugins.diary.report_shape import share
from plugins.diary.services import reports as services
from plugins.diary.services.entries import NewEntry, Problem, raise_problem, write_entry
from plugins.diary.services.reports import ask_monthly, ask_report, write_reports
from plugins.diary.services.visits import NewVisit, record_visit
from plugins.diary.services.words import cut_entries

MARCH = "2026-03"
LAMP = "赵大山说村口路灯坏了半个多月，证件号 11010519491231002X，电话 13800138000"


@pytest.fixture
def month(village, actor):
    """Two visits, three entries, a problem solved and one taken back, on 2 March."""
    reckon_visits()
    record_visit(
        village.cadre, NewVisit(household_id=village.house.id, text=LAMP, solved=1, solved_note="换灯")
    )
    record_visit(
        village.cadre, NewVisit(household_id=village.home.id, text="村口路灯又坏了一盏，找钱小梅问过")
    )
    entry = write_entry(village.colleague, NewEntry(SISTER_VILLAGE, "路灯和水压的事", line="power"))
    solved = raise_problem(village.colleague, entry, Problem(text="路灯坏了"))
    taken_back = raise_problem(village.colleague, entry, Problem(text="写重了"))
    cancel_case(village.chief, taken_back, reason="重复")
    neighbour = actor("secretary", SISTER_VILLAGE)
    accept_case(neighbour, solved)
    resolve_case(neighbour, solved, outcome="solved", answer="换了灯")
    cut_entries()
    return village


def written(actor, area_code=COUNTY_CODE, month=MARCH):
    """A finished report."""
    number = ask_report(actor, area_code, month)
    assert write_reports() == 1
    return report(actor, number)


def facts(view):
    return {
        fact["name"]: (fact["number"], fact["of"])
        for section in view.figures["sections"]
        for fact in section["facts"]
    }


def links(view):
    """Every number of a report with the link to its rows."""
    for section in view.figures["sections"]:
        for fact in section["facts"]:
            yield fact["number"], fact["link"]
        for table in section["tables"]:
            for row in table["rows"]:
                for cell in row["cells"]:
                    yield cell["number"], cell["link"]


# --- numbers


def test_it_counts_what_was_done(month):
    found = facts(written(month.chief))
    assert found["visits"] == (2, None)
    assert found["household_visits"] == (2, 2)
    assert found["solved_at_visits"] == (1, None)
    assert found["visited"] == (2, 3)
    assert found["unvisited"] == (1, 3)
    assert found["entries"] == (3, None)
    assert found["entries_power"] == (1, 3)
    assert found["problems"] == (2, None)
    assert found["resolved"] == (1, 1), "what was taken back counts for nothing"
    assert found["cancelled"] == (1, 2)
    assert found["satisfied"] == (0, 0)


def test_every_number_leads_to_as_many_rows(month):
    view = written(month.chief)
    asked = 0
    for number, link in links(view):
        assert link is not None
        if link["what"] in ("word", "entry") or link.get("solved") or link.get("problems"):
            continue  # counted in other lists, or matters and not visits
        found = rows_behind(month.chief, view.figures, link, page=1, page_size=20)
        assert found.total == number, link
        asked += 1
    assert asked > 20


def test_a_town_sees_its_own(month, actor):
    town, other = actor("town_official", TOWN), actor("town_official", OTHER_TOWN)
    mine, theirs = written(town, TOWN), written(other, OTHER_TOWN)
    assert facts(mine)["visits"] == (2, None)
    assert facts(theirs)["visits"] == (0, None)
    with pytest.raises(NotFound):
        report(other, mine.id)
    with pytest.raises(NotFound):
        rows_behind(town, mine.figures, {"what": "visits", "code": OTHER_TOWN}, page=1, page_size=20)
    with pytest.raises(NotFound):
        ask_report(town, OTHER_TOWN, MARCH)
    with pytest.raises(Forbidden):
        ask_report(month.secretary, TOWN, MARCH)
    assert list_reports(other)[1] == 1
    assert list_reports(month.chief)[1] == 2


def test_what_keeps_coming_back_was_among_the_words_of_three_months(month):
    for ago in (29, 60):
        for _ in range(2):
            write_entry(month.cadre, NewEntry(VILLAGE, "路灯又坏了", day=today() - timedelta(days=ago)))
    cut_entries()
    (section,) = [each for each in written(month.chief).figures["sections"] if each["name"] == "returning"]
    (row,) = section["tables"][0]["rows"]
    assert (row["label"], [cell["number"] for cell in row["cells"]]) == ("路灯", [2, 2, 3])


@pytest.mark.parametrize(
    ("number", "of", "text"),
    [(3, None, "3"), (0, 0, "0/0"), (999, 1000, "999/1000（99.9%）"), (9999, 10000, "9999/10000（99.9%）")],
)
def test_a_share_prints_what_it_was_made_of_and_never_rounds_up(number, of, text):
    assert share(number, of) == text


# --- villages that were merged


def merge(old, new):
    from core.areas.models import Area

    Area.update(successor_code=new, valid_to=today() - timedelta(days=1)).where(Area.code == old).execute()


def test_a_merged_village_is_counted_once_under_its_successor(month):
    before = written(month.chief, TOWN)
    merge(SISTER_VILLAGE, VILLAGE)
    after = written(month.chief, TOWN)
    assert facts(after)["entries"] == facts(before)["entries"]
    (section,) = [each for each in after.figures["sections"] if each["name"] == "entries"]
    (line,) = section["tables"][0]["rows"]
    assert (line["label"], line["note"], line["cells"][0]["number"]) == ("一村", "二村", 3)
    found = rows_behind(month.chief, after.figures, line["cells"][0]["link"], page=1, page_size=20)
    assert found.total == 3
    assert before.figures == report(month.chief, before.id).figures, "what is written stays"


def test_a_village_that_went_to_another_town_keeps_its_name_there(month):
    merge(SISTER_VILLAGE, OTHER_TOWN + "001")
    town = written(month.chief, TOWN)
    (section,) = [each for each in town.figures["sections"] if each["name"] == "entries"]
    assert [row["label"] for row in section["tables"][0]["rows"]] == ["一村", "二村"]
    whole = written(month.chief)
    (section,) = [each for each in whole.figures["sections"] if each["name"] == "entries"]
    assert [(row["label"], row["cells"][0]["number"]) for row in section["tables"][0]["rows"]] == [
        ("甲镇", 2),
        ("乙镇", 1),
    ]
    for row in section["tables"][0]["rows"]:
        link = row["cells"][0]["link"]
        found = rows_behind(month.chief, whole.figures, link, page=1, page_size=20)
        assert found.total == row["cells"][0]["number"]


# --- nobody's name


def test_no_name_no_number_is_in_it(month):
    view = written(month.chief)
    text = json.dumps(view.figures, ensure_ascii=False) + json.dumps(view.context(), ensure_ascii=False)
    assert "路灯" in text
    for private in ("赵大山", "钱小梅", "11010519491231002X", "13800138000"):
        assert private not in text


@pytest.mark.parametrize("name", ["赵大山", "李四", "张三丰"])
def test_names_go_whether_registered_or_not(village, name):
    assert name not in nameless(f"{name}说毛竹运不出去，路要拓宽")
    assert "毛竹" in nameless(f"{name}说毛竹运不出去，路要拓宽")


# --- frozen


def test_the_same_data_give_the_same_report(month):
    first, second = written(month.chief), written(month.chief)
    assert (second.version, second.sha256, second.same) == (2, first.sha256, True)
    write_entry(month.cadre, NewEntry(VILLAGE, "又一件"))
    third = written(month.chief)
    assert (third.same, third.sha256 != first.sha256) == (False, True)
    assert report(month.chief, first.id).figures == first.figures


def test_figures_that_were_altered_are_seen(month):
    view = written(month.chief)
    Report.update(figures=json.dumps(view.figures).replace("2026", "2027", 1)).where(
        Report.id == view.id
    ).execute()
    with pytest.raises(ReportDamaged):
        report(month.chief, view.id)


# --- asking and writing


def test_one_at_a_time_and_nothing_before_it_begins(village):
    number = ask_report(village.chief, COUNTY_CODE, MARCH)
    with pytest.raises(ReportRunning):
        ask_report(village.chief, COUNTY_CODE, MARCH)
    with pytest.raises(ReportNotReady):
        report(village.chief, number).context()
    with pytest.raises(ReportTooEarly):
        ask_report(village.chief, COUNTY_CODE, "2026-04")
    with pytest.raises(NotFound):
        ask_report(village.chief, COUNTY_CODE, "2026-13")
    with pytest.raises(Invalid):
        ask_report(village.chief, VILLAGE, MARCH)
    assert (write_reports(), write_reports()) == (1, 0)
    assert report(village.chief, number).step == report(village.chief, number).steps


def test_what_takes_too_long_is_left_to_the_next_and_what_was_killed_is_taken_up(village):
    number = ask_report(village.chief, COUNTY_CODE, MARCH)
    assert write_reports(seconds=-1.0) == 0
    assert report(village.chief, number).state == "asked"
    Report.update(state="writing", started_at=MONDAY_MORNING).where(Report.id == number).execute()
    assert write_reports() == 0, "somebody is at it"
    village.move_clock(MONDAY_MORNING + timedelta(minutes=16))
    assert write_reports() == 1


def test_last_months_are_asked_for_by_themselves_once(village):
    assert ask_monthly(date(2026, 3, 1)) == 3
    assert ask_monthly(date(2026, 3, 2)) == 0
    assert write_reports() == 3
    assert {view.month for view in list_reports(village.chief)[0]} == {"2026-02"}


def a_topic(**more):
    """Two villages with one need, found on 2 March."""
    known = {"state": "proposed", "title": "路灯、夜里", "words": "路灯 夜里", "likeness": 80}
    sizes = {"entries": 3, "villages": 2, "found_at": MONDAY_MORNING}
    return Topic.create(area_code=COUNTY_CODE, **known | sizes | more)


def test_topics_have_a_chapter(month, as_role):
    found = a_topic(state="confirmed", case_id=1)
    a_topic(state="declined")
    a_topic(found_at=MONDAY_MORNING + timedelta(days=60))
    view = written(month.chief)
    (chapter,) = [each for each in view.figures["sections"] if each["name"] == "topics"]
    assert [(fact["name"], fact["number"], fact["of"]) for fact in chapter["facts"]] == [
        ("topics_proposed", 0, 1),
        ("topics_confirmed", 1, 1),
        ("topics_ended", 0, 1),
    ]
    assert [row["label"] for row in chapter["tables"][0]["rows"]] == ["路灯、夜里"]
    page = as_role("county_admin", COUNTY_CODE).get(f"/diary/reports/{view.id}").text
    assert f"/diary/topics/{found.id}" in page
    assert "/diary/topics?state=confirmed" in page


def test_the_sample_has_every_fact_of_a_report(month):
    a_topic()
    assert set(services.sample(lines())["figures"]) == set(facts(written(month.chief)))


# --- pages and the interface


def test_pages_follow_it_from_the_button_to_the_rows(month, as_role, submit):
    desk = as_role("county_admin", COUNTY_CODE)
    made = submit(desk, "/diary/reports", "/diary/reports", area_code=COUNTY_CODE, month=MARCH)
    assert made.status_code == 303
    place = made.headers["Location"]
    waiting = desk.get(place)
    assert (waiting.headers["Refresh"], "正在撰写" in waiting.text) == ("2", True)
    write_reports()
    page = desk.get(place)
    assert "Refresh" not in page.headers
    assert "当场解决以外的办结" in page.text
    for what in ("visits", "entries", "visited", "unvisited", "cases"):
        assert desk.get(f"{place}/rows?what={what}").status_code == 200
    assert desk.get(f"{place}/rows?what=secrets").status_code == 404
    assert desk.get(f"{place}/rows?what=cases&fact=x").status_code == 404
    assert desk.get("/diary/reports").status_code == 200
    desk.set_cookie("language", "en")
    assert desk.get(place).status_code == 200
    again = submit(desk, "/diary/reports", "/diary/reports", area_code=OTHER_TOWN, month="2026-09")
    assert again.status_code == 422
    assert as_role("stationed_cadre", VILLAGE).get("/diary/reports").status_code == 403


def test_word_and_pdf_are_the_same_every_time(month, as_role):
    view = written(month.chief)
    desk = as_role("county_admin", COUNTY_CODE)
    for ending in ("word", "pdf"):
        one, other = (desk.get(f"/diary/reports/{view.id}/{ending}") for _ in range(2))
        assert (one.status_code, one.data) == (200, other.data)
    assert desk.get(f"/diary/reports/{view.id}/word").data.startswith(b"PK")
    assert desk.get(f"/diary/reports/{view.id}/pdf").data.startswith(b"%PDF")


def test_no_bracket_of_a_share_is_cut_apart_in_a_narrow_column():
    sheet, font = FPDF(), find_font()
    assert font is not None
    sheet.add_font("cjk", "", font[0], collection_font_number=font[1])
    sheet.set_font("cjk", size=10)
    assert _fitting(sheet, "11/16（68.7%）", 25) == "11/16\n（68.7%）"
    assert _fitting(sheet, "11/16（68.7%）", 40) == "11/16（68.7%）"
    finished(sheet)  # or its font's file stays open


def test_the_interface(month, api_as):
    program = api_as("county_admin", COUNTY_CODE)
    made = program.post("/reports", {"area_code": COUNTY_CODE, "month": MARCH})
    assert (made.status_code, made.json["state"], made.json["figures"]) == (201, "asked", {})
    busy = program.post("/reports", {"area_code": COUNTY_CODE, "month": MARCH})
    assert (busy.status_code, busy.json["code"]) == (409, "report_running")
    write_reports()
    read = program.get(f"/reports/{made.json['id']}").json
    assert (read["state"], read["figures"]["month"]) == ("done", MARCH)
    assert [row["id"] for row in program.get(f"/reports?month={MARCH}").json] == [made.json["id"]]
    assert api_as("town_official", OTHER_TOWN).get(f"/reports/{made.json['id']}").status_code == 404
