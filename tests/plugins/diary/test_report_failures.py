"""A report whose chapter fails says so, stops no other, and is tried again by a person."""

from datetime import timedelta

import pytest
from peewee import OperationalError

from core.errors import DomainError
from core.testing import COUNTY_CODE, MONDAY_MORNING, OTHER_TOWN, TOWN, VILLAGE
from plugins.diary.errors.reports import ReportNotFailed, ReportNotReady
from plugins.diary.queries.reports import report
from plugins.diary.services import reports as services
from plugins.diary.services.entries import NewEntry, write_entry
from plugins.diary.services.reports import ask_report, write_reports

MARCH = "2026-03"


@pytest.fixture
def month(village):
    """One entry in March."""
    write_entry(village.cadre, NewEntry(VILLAGE, "路灯坏了"))
    return village


@pytest.fixture
def broken_chapter(monkeypatch):
    """One chapter fails with whatever `sore` holds, as long as it holds something."""
    sore = [ZeroDivisionError("赵大山")]

    def chapter(period):
        if sore:
            raise sore[0]

    kept = [row for row in services.SECTIONS if row[0] != "走访覆盖"]
    monkeypatch.setattr(services, "SECTIONS", (kept[0], ("走访覆盖", chapter), *kept[1:]))
    return sore


def test_a_report_whose_chapter_fails_says_so_and_stops_no_other(month, broken_chapter):
    number = ask_report(month.chief, COUNTY_CODE, MARCH)
    assert write_reports() == 0, "the worker goes on"
    view = report(month.chief, number)
    assert (view.state, view.failed_in, view.step) == ("failed", "走访覆盖", 1)
    assert "信息中心" in view.failed_why
    assert "赵大山" not in view.failed_why
    with pytest.raises(ReportNotReady):
        view.context()
    assert write_reports() == 0, "nobody tries for ever"
    broken_chapter[:] = [OutOfPlace()]
    services.retry_report(month.chief, number)
    write_reports()
    assert report(month.chief, number).failed_why == "这里不写。", "a refusal says itself why"
    broken_chapter.clear()
    assert ask_report(month.chief, COUNTY_CODE, MARCH) == number, "asking again is trying again"
    assert write_reports() == 1
    assert (report(month.chief, number).state, report(month.chief, number).failed_in) == ("done", "")
    with pytest.raises(ReportNotFailed):
        services.retry_report(month.chief, number)


class OutOfPlace(DomainError):
    code, text = "out_of_place", "这里不写。"


def test_an_outage_is_nobodys_mistake(month, broken_chapter):
    broken_chapter[:] = [OperationalError("database is locked")]
    number = ask_report(month.chief, COUNTY_CODE, MARCH)
    with pytest.raises(OperationalError):
        write_reports()
    assert report(month.chief, number).state == "writing"
    broken_chapter.clear()
    month.move_clock(MONDAY_MORNING + timedelta(minutes=16))
    assert write_reports() == 1


def test_the_leader_tries_again_on_the_page(month, broken_chapter, as_role, submit, api_as):
    number = ask_report(month.chief, TOWN, MARCH)
    write_reports()
    desk, place = as_role("county_admin", COUNTY_CODE), f"/diary/reports/{number}"
    page = desk.get(place)
    assert "“走访覆盖”一章没有写成" in page.text
    assert "Refresh" not in page.headers
    assert "没有写成" in desk.get("/diary/reports").text
    assert as_role("town_official", OTHER_TOWN).get(place).status_code == 404
    assert submit(desk, place, f"{place}/retry").status_code == 303
    assert "正在撰写" in desk.get(place).text
    again = api_as("county_admin", COUNTY_CODE).post(f"/reports/{number}/retry", {})
    assert (again.status_code, again.json["code"]) == (409, "report_not_failed")
    assert api_as("town_official", OTHER_TOWN).post(f"/reports/{number}/retry", {}).status_code == 404
