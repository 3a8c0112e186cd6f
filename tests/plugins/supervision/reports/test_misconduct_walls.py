"""Who sees what: every role at every door, and each way to reach a report about oneself, with a control."""

import re

import pytest

from core import audit
from core.accounts.api import actor_for, grant_post, holdings, operator
from core.audit import AuditLine
from core.clock import today
from core.errors import Forbidden, NotFound
from core.people.api import add_kinship, kin_of
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, OTHER_TOWN, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.supervision.models.reports import MisconductReport, ReportSubject
from plugins.supervision.queries.report_desk import Wanted, handlers, lights, list_reports, report
from plugins.supervision.queries.report_figures import figures
from plugins.supervision.queries.report_reach import FIGURES, HANDLE, officers, sees, sees_files, visible
from plugins.supervision.services.report_handling import assign_report, reveal_reporter
from plugins.supervision.services.report_watch import watch_reports
from tests.plugins.supervision.reports.offices import last, photo, reported

ROLES = {
    "discipline_officer": {TOWN: True, COUNTY_CODE: True, OTHER_TOWN: False, VILLAGE: False},
    "county_admin": {COUNTY_CODE: False},
    "auditor": {COUNTY_CODE: False},
    "supervisor": {COUNTY_CODE: False, TOWN: False},
    "town_official": {TOWN: False},
    "secretary": {VILLAGE: False, SISTER_VILLAGE: False},
    "grid_leader": {GRID: False},
    "grid_member": {GRID: False},
    "assistant": {GRID: False},
    "stationed_cadre": {VILLAGE: False},
    "resident": {VILLAGE: False},
}


def doors(actor, report_id):
    """What each door shows of a report: the list, one, search, counts, files, choice of handlers."""

    def tried(look):
        try:
            return bool(look())
        except (Forbidden, NotFound):
            return False

    found = lights(actor) if actor.may(HANDLE) else None
    return {
        "list": tried(lambda: list_reports(actor, Wanted())[1]),
        "one": tried(lambda: report(actor, report_id)),
        "search": tried(lambda: list_reports(actor, Wanted(search="两条烟"))[1]),
        "counts": found is not None and found.green + found.yellow + found.red > 0,
        "files": sees_files(actor, f"supervision_report:{report_id}"),
        "handlers": tried(lambda: handlers(actor, report_id)),
        "figures": tried(lambda: visible(actor, permission=FIGURES).count()),
    }


@pytest.mark.parametrize(("role", "area_code"), [(r, a) for r, areas in ROLES.items() for a in areas])
def test_every_role_at_every_door(office, role, area_code):
    reported(office, files=[photo()])
    found = doors(office.make(role, area_code), last().id)
    may_count = role in ("county_admin", "supervisor") or ROLES[role][area_code]
    expected = dict.fromkeys(found, ROLES[role][area_code])
    assert found == expected | {"figures": may_count}


def closed(found):
    return not any(found.values())


def kinship(office):
    reported_one, brother = office.house.person_ids[0], office.strangers[0]
    add_kinship(operator(), person_id=reported_one, kin_id=brother, relation="sibling")


def kin(office):
    """The discipline officer of the town is kin to the reported by the register, in another household."""
    brother = office.make("discipline_officer", TOWN, person_id=office.strangers[0])
    kinship(office)
    return brother, office.secretary


def oneself(office):
    return office.officer, office.officer


def same_person(office):
    """The reported has another account, with which they are a discipline officer."""
    return office.make("discipline_officer", TOWN, person_id=office.house.person_ids[0]), office.secretary


def deputy(office):
    """Whoever has the same post of the same village stands in for them."""
    stand_in = office.make("secretary", VILLAGE)
    grant_post(operator(), stand_in.account_id, role="discipline_officer", area_code=TOWN, since=today())
    return office.again(stand_in), office.secretary


def county_oneself(office):
    return office.county, office.county


CONCERNED = [oneself, same_person, kin, deputy, county_oneself]


def assert_both_agree(office):
    """Who may be assigned, reckoned from the report, is who sees it, reckoned from everybody."""
    for row in MisconductReport.unscoped("a test"):
        held = [each for each in holdings(at=[row.level_code]) if each.role == "discipline_officer"]
        seeing = {each.account_id for each in held if sees(actor_for(each.account_id), row.id)}
        assert {each.account_id for each in officers(row)} == seeing
        assert held


@pytest.mark.parametrize("concerned", CONCERNED, ids=[each.__name__ for each in CONCERNED])
def test_nobody_reaches_a_report_that_concerns_them_by_any_door(office, concerned):
    actor, whom = concerned(office)
    # The control: of anybody else's report every door is open to the same person.
    other = office.make("secretary", SISTER_VILLAGE)
    reported(office, other, area_code=SISTER_VILLAGE, files=[photo()])
    assert all(doors(actor, last().id).values())
    reported(office, whom, files=[photo()])
    about = last().id
    found = doors(actor, about)
    assert (found["one"], found["files"], found["handlers"]) == (False, False, False)
    assert list_reports(actor, Wanted())[1] == list_reports(actor, Wanted(search="烟"))[1] == 1
    assert (lights(actor).green, visible(actor, permission=FIGURES).count()) == (1, 1)
    assert closed(doors(office.secretary, about))
    assert_both_agree(office)


def test_kin_of_the_day_it_came_in_stay_out_and_later_kin_are_kept_out_too(office):
    officer = office.make("discipline_officer", TOWN, person_id=office.strangers[0])
    reported(office)
    row = last()
    assert sees(officer, row.id)
    kinship(office)
    assert office.strangers[0] in kin_of(office.house.person_ids[0])
    assert not sees(officer, row.id)
    # The wife of that day is on the row: whatever becomes of the register, she stays out.
    kept_out = ReportSubject.select().where(
        (ReportSubject.report_id == row.id) & (ReportSubject.part == "kin")
    )
    assert [each.person_id for each in kept_out] == [office.house.person_ids[1]]


def test_whoever_rises_above_the_office_takes_the_report_away_from_it(office):
    reported(office)
    row = last()
    assert sees(office.officer, row.id)
    grant_post(operator(), office.secretary.account_id, role="town_official", area_code=TOWN, since=today())
    assert not sees(office.officer, row.id)
    assert sees(office.county, row.id)
    assert_both_agree(office)
    assert watch_reports() == 1
    assert last().level_code == COUNTY_CODE


def test_a_reported_who_becomes_discipline_officer_sees_nothing_and_one_who_left_neither(office):
    reported(office)
    about_secretary = last().id
    reported(office, office.colleague)
    about_colleague = last().id
    secretary = office.secretary.account_id
    grant_post(operator(), secretary, role="discipline_officer", area_code=COUNTY_CODE, since=today())
    risen = office.again(office.secretary)
    assert not sees(risen, about_secretary)
    assert sees(risen, about_colleague)
    assert not sees(office.again(office.colleague), about_colleague)


def test_no_list_of_the_record_tells_that_there_is_a_report_and_the_chain_holds_it(office):
    before = audit.head()[0]
    reported(office, files=[photo()])
    assign_report(office.officer, last().id, office.colleague.account_id)
    for scope in (VILLAGE, TOWN, COUNTY_CODE, COUNTY_CODE[:4]):
        assert not [line for line in audit.lines(AreaScope((scope,)))[0] if line.seq > before]
    chained = list(AuditLine.unscoped("a test").where(AuditLine.seq > before))
    assert [line.action for line in chained] == [
        "files.keep_file",
        "supervision.report_misconduct",
        "supervision.assign_report",
    ]
    for line in chained:
        assert "烟" not in line.detail
        assert office.secretary.name not in line.detail
    assert audit.verify().broken_at is None
    # The control: the looks at a reporter's name are listed, and so is everything else.
    reported(office, by=office.resident, is_named=True, text="另一件")
    reveal_reporter(office.officer, last().id, "contact")
    assert [line.action for line in audit.lines(AreaScope((COUNTY_CODE,)))[0] if line.seq > before] == [
        "supervision.reveal_reporter"
    ]


def form_of(browser, page):
    text = browser.get(page).text
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def test_the_pages_of_the_reported_show_nothing_and_those_of_the_office_do(office, app, as_role):
    reported(office, files=[photo()])
    report_id = last().id
    file = re.search(r"/files/[^\"/]+", office.browser(app, office.officer).get(page_of(report_id)).text)[0]
    readers = ((office.officer, 200), (office.wife, 404), (office.far, 404), (office.secretary, 403))
    for actor, status in readers:
        browser = office.browser(app, actor)
        assert browser.get(page_of(report_id)).status_code == status
        assert browser.get(file).status_code == (200 if status == 200 else 404)
        shown = browser.get("/").text
        assert ("supervision/reports/desk" in shown) is (status != 403)
        if status == 403:
            assert browser.get("/supervision/reports/desk").status_code == 403
            assert browser.get("/supervision/reports/figures").status_code == 403
            continue
        listed = browser.get("/supervision/reports/desk?q=两条烟").text
        assert ("两条烟" in listed.replace('value="两条烟"', "")) is (status == 200)
        sent = {"csrf_token": form_of(browser, "/supervision/reports/desk")}
        exported = browser.post("/supervision/reports/desk/export", data=sent)
        assert exported.text.count("\n") == (2 if status == 200 else 1)


def page_of(report_id):
    return f"/supervision/reports/desk/{report_id}"


def test_the_interface_is_closed_to_whom_it_concerns(office, app):
    reported(office)
    path = f"/misconduct-reports/{last().id}"
    for actor, status, count in ((office.officer, 200, "1"), (office.wife, 404, "0"), (office.far, 404, "0")):
        program = office.program(app, actor)
        assert program.get(path).status_code == status
        assert program.get("/misconduct-reports").headers["X-Total-Count"] == count
        deeds = {"assign": {"handler_id": "1"}, "urge": {}, "reporter": {"purpose": "contact"}}
        for deed, body in deeds.items():
            answer = program.call("POST", f"{path}/{deed}", body)
            assert (answer.status_code == 404) is (status == 404), answer.json
    assert office.program(app, office.secretary).get(path).status_code == 403


def test_figures_name_nobody_and_show_no_count_below_three(office):
    admin = office.make("county_admin", COUNTY_CODE)
    for turn in range(5):
        reported(office, text=f"第 {turn} 件")
    reported(office, kind="favour", area_code=VILLAGE)
    counted = figures(admin, today().year)
    assert (counted.reports, counted.ended) == (6, None)
    assert {line.code: line.reports for line in counted.by_kind}["favour"] is None
    assert {line.code: line.reports for line in counted.by_area} == {TOWN: 6}
    # A leader who is reported himself does not count it.
    reported(office, admin)
    assert figures(admin, today().year).reports == 6
    assert figures(office.make("supervisor", COUNTY_CODE), today().year).reports == 7
    assert figures(admin, 2020).reports is None
