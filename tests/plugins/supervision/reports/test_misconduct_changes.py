"""Posts change while a report is open, or it concerns everybody: somebody handles it, or it is said."""

from datetime import timedelta

import pytest

from core.accounts.api import ADMIN, end_post, grant_post, operator
from core.accounts.models import Post
from core.clock import now, today
from core.db import database
from core.errors import NotFound
from core.testing import COUNTY_CODE, TOWN, VILLAGE, JsonClient
from plugins.supervision.queries.report_desk import Wanted, list_reports, report, steps_of
from plugins.supervision.queries.report_health import findings
from plugins.supervision.queries.report_reach import officers, sees
from plugins.supervision.queries.report_tracking import track
from plugins.supervision.services.report_handling import answer_report, assign_report
from plugins.supervision.services.report_watch import watch_reports
from tests.plugins.supervision.reports.offices import last, reported

UNATTENDED, CAME = "supervision.report_unattended", "supervision.report_came"


def inbox(actor):
    query = f"SELECT kind FROM notices_notice WHERE account_id = {int(actor.account_id)} ORDER BY id"
    return [kind for (kind,) in database.execute_sql(query).fetchall()]


def leave(actor):
    """Their post at the town is over."""
    posts = Post.unscoped("a test").where((Post.account_id == actor.account_id) & (Post.area_code == TOWN))
    end_post(operator(), posts.get().id)


def test_whoever_is_assigned_and_leaves_gives_it_back_to_the_office(office):
    number = reported(office).number
    row = last()
    assign_report(office.officer, row.id, office.colleague.account_id)
    due_at = last().due_at
    assert watch_reports() == 0
    leave(office.colleague)
    assert not sees(office.again(office.colleague), row.id)
    successor = office.make("discipline_officer", TOWN)
    assert report(successor, row.id).state == "assigned"
    assert (watch_reports(), watch_reports()) == (1, 0)
    row = last()
    assert (row.state, row.handler_id, row.level_code, row.due_at) == ("received", None, TOWN, due_at)
    assert inbox(successor) == [CAME]
    assert [step.deed for step in track(number).steps] == ["receive", "assign", "release"]
    assign_report(successor, row.id, successor.account_id)
    answer_report(successor, row.id, "partly", "经查部分属实，已经退还")
    assert track(number).state == "answered"


def test_whoever_handles_it_and_is_promoted_to_the_county_leaves_it_to_the_town(office):
    reported(office)
    assign_report(office.officer, last().id, office.officer.account_id)
    grant_post(
        operator(), office.officer.account_id, role="discipline_officer", area_code=COUNTY_CODE, since=today()
    )
    leave(office.officer)
    risen = office.again(office.officer)
    assert report(risen, last().id).handler_id == risen.account_id
    assert watch_reports() == 1
    assert (last().state, last().handler_id) == ("received", None)
    assert sees(risen, last().id)
    assert sees(office.colleague, last().id)


def test_whoever_handles_it_and_becomes_what_is_reported_is_out(office):
    """The successor of a reported secretary stands in for them: as an officer too."""
    reported(office)
    assign_report(office.officer, last().id, office.officer.account_id)
    grant_post(operator(), office.officer.account_id, role="secretary", area_code=VILLAGE, since=today())
    both = office.again(office.officer)
    with pytest.raises(NotFound):
        report(both, last().id)
    assert watch_reports() == 1
    assert last().handler_id is None


def test_an_office_that_everybody_left_hands_what_is_open_to_the_county(office):
    reported(office)
    for each in (office.officer, office.colleague):
        leave(each)
    assert officers(last()) == []  # the wife of the reported is there still
    assert watch_reports() == 1
    assert (last().level_code, last().state) == (COUNTY_CODE, "received")
    assert [step.deed for step in steps_of(last().id)] == ["receive", "transfer"]
    assert inbox(office.county) == [CAME]


def test_a_post_that_is_written_down_instead_of_a_name_keeps_nobody_out(office):
    for officer in (office.officer, office.colleague, office.county, office.county_colleague):
        rename(officer, "纪检监察干部")
    receipt = reported(office, account_ids=[], who="村里的纪检监察干部不管事")
    assert receipt.is_attended
    assert list_reports(office.again(office.officer), Wanted())[1] == 1
    # The control: a name keeps its bearer out, and takes the report above them.
    rename(office.officer, "石敢当")
    reported(office, account_ids=[], who="镇里的石敢当", text="另一件")
    assert last().level_code == COUNTY_CODE
    assert not sees(office.again(office.officer), last().id)


def rename(actor, name):
    account = int(actor.account_id)
    with database.atomic():
        database.execute_sql(f"UPDATE accounts_account SET name = '{name}' WHERE id = {account}")


def test_a_report_about_everybody_who_could_handle_it_says_so_and_somebody_is_told(office, client):
    admin = office.make(ADMIN, COUNTY_CODE)
    concerned = office.make(ADMIN, COUNTY_CODE)
    reported(office)
    assert (list(findings()), inbox(admin)) == ([], [])
    receipt = reported(office, office.county, office.county_colleague, concerned, text="都有份")
    assert not receipt.is_attended
    assert not track(receipt.number).is_attended
    assert [finding.code for finding in findings()] == ["supervision_report_unattended"]
    assert inbox(admin) == [UNATTENDED]
    assert inbox(concerned) == inbox(office.county) == []
    answer = JsonClient(client.application, None).call(
        "POST", "/misconduct-reports/track", {"number": receipt.number}
    )
    assert answer.json["is_attended"] is False
    # Somebody is appointed: they see it, hear of it, and the finding is gone.
    fresh = office.make("discipline_officer", COUNTY_CODE)
    assert sees(fresh, last().id)
    assert track(receipt.number).is_attended
    assert list(findings()) == []
    office.move_clock(now() + timedelta(days=3))
    watch_reports()
    assert "supervision.report_late" in inbox(fresh)
