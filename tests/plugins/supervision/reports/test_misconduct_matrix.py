"""The matrix: everybody at every door, for a report about a village's secretary and one about the county.

A door is open when something behind it tells of the report: its id, its words, its photo, one more in a
count. The controls: whose office it is finds every door of it open; a case with the same words, and the line
on record of a look at the reporter's name, are found by the same looks: a closed door was really tried.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.accounts.api import grant_post, operator
from core.cases.api import NewCase, create_case
from core.clock import now, today
from core.db import database
from core.people.api import add_kinship
from core.security import ANONYMOUS, Actor
from core.testing import COUNTY_CODE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE, JsonClient
from plugins.supervision.models.reports import MisconductReport, ReportFile
from plugins.supervision.queries.report_desk import shown_files
from plugins.supervision.queries.report_reach import FIGURES, visible
from plugins.supervision.services.report_handling import reveal_reporter
from plugins.supervision.services.report_watch import watch_reports
from tests.plugins.supervision.reports.offices import Office, last, photo, reported

WORDS, WHOM = "送了两条烟", "石敢当"
PAGES = {"list", "one", "search", "export", "file", "thumb", "counts", "figures", "inbox"}
OFFICE = frozenset(PAGES | {"api list", "api one", "api deed", "api reporter", "api file", "api inbox"})
COUNTS, NOTHING = frozenset({"figures"}), frozenset[str]()
# An officer further up reads it, and is not told of what others handle.
ABOVE = OFFICE - {"inbox", "api inbox"}
DESK = "/supervision/reports/desk"
# Whoever sees most besides reports walks through every page and list of the app that has no parameter.
WALKING = ("reported", "wife", "town_official", "auditor", "administrator", "supervisor of the county")
LEFT_OUT = ("/api/v1/docs", "/api/v1/openapi.json", "/metrics")


@dataclass
class Marks:
    """By what a report is known."""

    report_id: int
    file_id: str

    def told(self, text: str) -> bool:
        """Whether a text tells of it."""
        return any(mark in text for mark in (str(self.report_id), self.file_id, WORDS, WHOM))


class Looker:
    """Somebody with a browser and a program, who tries the doors."""

    def __init__(self, office: Office, app: Flask, actor: Actor, marks: Marks) -> None:
        self.actor, self.marks = actor, marks
        self.browser: FlaskClient = app.test_client() if actor.is_anonymous else office.browser(app, actor)
        self.program = JsonClient(app, None) if actor.is_anonymous else office.program(app, actor)

    def shows(self, path: str) -> bool:
        """Whether a page tells of it."""
        return self.marks.told(self.browser.get(path).get_data().decode(errors="replace"))

    def opens(self, path: str) -> bool:
        """Whether a page or file is there for them."""
        return self.browser.get(path).status_code == 200

    def exported(self) -> bool:
        """Whether their table of the desk holds it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get(DESK).text)
        sent = self.browser.post(f"{DESK}/export", data={"csrf_token": found[1] if found else ""})
        return self.marks.told(sent.text)

    def told_by(self, path: str) -> bool:
        """Whether the interface tells of it."""
        return self.marks.told(self.program.get(path).get_data().decode(errors="replace"))

    def lets(self, deed: str, body: dict[str, Any]) -> bool:
        """Whether a deed gets as far as to be refused for what it asks, not for who asks."""
        path = f"/misconduct-reports/{self.marks.report_id}/{deed}"
        return self.program.post(path, body).status_code in (409, 422)

    def counted(self) -> bool:
        """Whether it is one of those that the interface counts."""
        return int(self.program.get("/misconduct-reports").headers.get("X-Total-Count", "0")) > 0


def in_figures(looker: Looker) -> bool:
    """Whether the figures, which show no number below three, were reckoned with it."""
    if not looker.actor.may(FIGURES):
        return False
    found = visible(looker.actor, permission=FIGURES)
    return bool(found.where(MisconductReport.id == looker.marks.report_id).exists())


DOORS: dict[str, Callable[[Looker], bool]] = {
    "list": lambda who: who.shows(DESK),
    "one": lambda who: who.opens(f"{DESK}/{who.marks.report_id}"),
    "search": lambda who: str(who.marks.report_id) in who.browser.get(f"{DESK}?q=烟").text,
    "export": lambda who: who.exported(),
    "file": lambda who: who.opens(f"/files/{who.marks.file_id}"),
    "thumb": lambda who: who.opens(f"/files/{who.marks.file_id}/thumb"),
    "counts": lambda who: who.counted(),
    "figures": in_figures,
    "inbox": lambda who: "群众监督反映" in who.browser.get("/notices/").text,
    "api list": lambda who: who.told_by("/misconduct-reports"),
    "api one": lambda who: who.told_by(f"/misconduct-reports/{who.marks.report_id}"),
    "api deed": lambda who: who.lets("assign", {"handler_id": "999999"}),
    "api reporter": lambda who: who.lets("reporter", {"purpose": "contact"}),
    "api file": lambda who: who.program.get(f"/files/{who.marks.file_id}").status_code == 200,
    "api inbox": lambda who: who.told_by("/notices"),
    "audit": lambda who: who.shows("/system/audit"),
    "api audit": lambda who: who.told_by("/audit?page_size=100"),
    "cases": lambda who: who.shows("/cases") or who.shows("/cases/desk") or who.shows("/cases/board"),
    "api cases": lambda who: who.told_by("/cases"),
    "webhooks": lambda who: who.shows("/webhooks/") or who.told_by("/webhooks"),
    "events": lambda who: who.shows("/system/events") or who.told_by("/dead-letters"),
}


def walked(looker: Looker, app: Flask) -> set[str]:
    """All other pages and lists that tell of it."""
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    paths = {rule.rule for rule in rules if "static" not in rule.endpoint} - {*LEFT_OUT, DESK, "/notices/"}
    pages = {path for path in paths if not path.startswith("/api/")}
    lists = {path.removeprefix("/api/v1") for path in paths if path.startswith("/api/v1/")}
    lists -= {"/misconduct-reports", "/notices"}
    return {each for each in pages if looker.shows(each)} | {each for each in lists if looker.told_by(each)}


def of_a_village(office: Office, app: Flask) -> tuple[Marks, dict[str, tuple[Actor, frozenset[str]]]]:
    """A report about the secretary of a village: who is there, and which doors are theirs."""
    brother = office.make("discipline_officer", TOWN, person_id=office.strangers[0])
    person = office.house.person_ids[0]
    add_kinship(operator(), person_id=person, kin_id=office.strangers[0], relation="sibling")
    deputy = office.make("secretary", VILLAGE)
    grant_post(operator(), deputy.account_id, role="discipline_officer", area_code=TOWN, since=today())
    marks = made(office, who=WHOM)
    cadres = {
        f"{role} of {area}": (office.make(role, area), NOTHING)
        for role, area in (
            *(("grid_leader", GRID), ("grid_member", GRID), ("assistant", GRID), ("accountant", VILLAGE)),
            *(("stationed_cadre", VILLAGE), ("secretary", SISTER_VILLAGE), ("town_official", TOWN)),
            *(("department_official", COUNTY_CODE), ("auditor", COUNTY_CODE), ("provider", VILLAGE)),
        )
    }
    return marks, cadres | {
        "the reported": (office.secretary, NOTHING),
        "his wife, an officer of the town": (office.wife, NOTHING),
        "his brother, an officer of the town": (brother, NOTHING),
        "who stands in for him, an officer too": (office.again(deputy), NOTHING),
        "an officer of another town": (office.far, NOTHING),
        "a resident": (office.resident, NOTHING),
        "nobody": (ANONYMOUS, NOTHING),
        "supervisor of the county": (office.make("supervisor", COUNTY_CODE), COUNTS),
        "supervisor of the town": (office.make("supervisor", TOWN), COUNTS),
        "supervisor of another town": (office.make("supervisor", OTHER_TOWN), NOTHING),
        "the county's administrator": (office.make("county_admin", COUNTY_CODE), COUNTS),
        "an officer of the town": (office.officer, OFFICE),
        "an officer of the county": (office.county, ABOVE),
    }


def of_the_county(office: Office, app: Flask) -> tuple[Marks, dict[str, tuple[Actor, frozenset[str]]]]:
    """A report about the county's administrator, its auditor, a supervisor and one of its officers."""
    admin, other = (office.make("county_admin", COUNTY_CODE) for _ in range(2))
    auditor, supervisor = office.make("auditor", COUNTY_CODE), office.make("supervisor", COUNTY_CODE)
    marks = made(office, admin, auditor, supervisor, office.county, who=WHOM)
    return marks, {
        "the reported administrator": (admin, NOTHING),
        "the reported auditor": (auditor, NOTHING),
        "the reported supervisor": (supervisor, NOTHING),
        "the reported officer": (office.county, NOTHING),
        "the secretary": (office.secretary, NOTHING),
        "an officer of the town": (office.officer, NOTHING),
        "another auditor": (office.make("auditor", COUNTY_CODE), NOTHING),
        "another administrator": (other, COUNTS),
        "another supervisor": (office.make("supervisor", COUNTY_CODE), COUNTS),
        "another officer": (office.county_colleague, OFFICE),
    }


def made(office: Office, *whom: Actor, **more: Any) -> Marks:
    reported(office, *whom, files=[photo()], text=f"办低保{WORDS}", **more)
    row = last()
    # Whatever happens by itself afterwards opens no door either.
    office.move_clock(now() + timedelta(days=2, hours=8))
    watch_reports()
    return Marks(row.id, ReportFile.get(ReportFile.report_id == row.id).file_id)


@pytest.mark.parametrize("world", [of_a_village, of_the_county], ids=["village", "county"])
def test_everybody_at_every_door(office, app, world):
    marks, everybody = world(office, app)
    found, leaks = {}, {}
    for name, (actor, _) in everybody.items():
        looker = Looker(office, app, actor, marks)
        found[name] = frozenset(door for door, tried in DOORS.items() if tried(looker))
        if any(word in name for word in WALKING):
            leaks[name] = walked(looker, app)
    assert found == {name: doors for name, (_, doors) in everybody.items()}
    assert len(leaks) > 4
    assert leaks == {name: set() for name in leaks}


def test_the_same_looks_find_what_is_there_to_be_found(office, app):
    """The control of the doors that are closed to everybody: cases and the record."""
    reported(office, by=office.resident, is_named=True, files=[photo()], text=WORDS)
    row = last()
    marks = Marks(row.id, shown_files(row.id)[0].id)
    leader, auditor = office.make("grid_leader", GRID), office.make("auditor", COUNTY_CODE)
    before = Looker(office, app, leader, marks), Looker(office, app, auditor, marks)
    shut = {door: tried for door, tried in DOORS.items() if "case" in door or "audit" in door}
    assert not [door for door, tried in shut.items() for who in before if tried(who)]
    create_case(leader, NewCase("cases.report", f"路灯坏了，{WORDS}也没人修", GRID))
    reveal_reporter(office.officer, row.id, "contact")
    opened = [{door for door, tried in shut.items() if tried(who)} for who in before]
    assert opened == [{"cases", "api cases"}, {"audit", "api audit"}]
    assert "/cases" in walked(before[0], app)


def test_nothing_of_a_report_lies_where_events_and_messages_leave_the_house(office, app):
    """Webhooks, outbox, sendings and stored answers: each table of the database is looked through."""
    marks = made(office, who=WHOM)
    office.program(app, office.resident).call(
        "POST", "/misconduct-reports", {"area_code": VILLAGE, "text": WORDS, "named": True}, key="one"
    )
    holding = {table for table in database.get_tables() if marks.told(everything(table))}
    ids = {table for table in database.get_tables() if str(marks.report_id) in everything(table)}
    assert holding - ids == set()
    own = {"supervision_report", "supervision_report_subject", "supervision_report_step"}
    assert holding == own | {"supervision_report_file", "files_file", "core_audit_line", "notices_notice"}


def everything(table: str) -> str:
    return repr(database.execute_sql(f'SELECT * FROM "{table}"').fetchall())
