"""Reports: which office gets them, how they go on, and what is never kept."""

import json
from datetime import timedelta

import pytest
from peewee import PeeweeException

from core import audit
from core.audit import AuditLine
from core.clock import now
from core.county import plugin_settings
from core.db import database
from core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from core.files.api import prepare
from core.scope import AreaScope
from core.testing import COUNTY_CODE, FAR_VILLAGE, TOWN, VILLAGE
from plugins.supervision.errors.reports import (
    HandlerEnds,
    HandlerUnfit,
    NothingAbove,
    NotTheHandler,
    NumberUnknown,
    RatingOver,
    ReportAreaUnknown,
    ReporterUnknown,
    ReportMovedOn,
    SubjectUnknown,
    UrgedJustNow,
)
from plugins.supervision.models.reports import MisconductReport, ReportStep
from plugins.supervision.queries.report_desk import handlers, report, shown_files, steps_of
from plugins.supervision.queries.report_tracking import track
from plugins.supervision.services.report_handling import (
    answer_report,
    assign_report,
    end_report,
    reveal_reporter,
    transfer_report,
    urge_report,
)
from plugins.supervision.services.report_rating import rate_report, urge_by_number
from plugins.supervision.services.report_watch import watch_reports
from plugins.supervision.services.reports import NewReport, report_misconduct
from tests.plugins.supervision.reports.offices import last, photo, reported

ANSWER = "经查属实，已责令退还并批评教育"


def answered(office, handler=None, **more):
    receipt = reported(office, **more)
    handler = handler or office.officer
    assign_report(handler, last().id, handler.account_id)
    answer_report(handler, last().id, "substantiated", ANSWER)
    return receipt.number


def test_it_goes_to_the_level_above_whom_it_is_about(office):
    town, county = office.make("town_official", TOWN), office.make("county_admin", COUNTY_CODE)
    for whom, level in ((office.secretary, TOWN), (town, COUNTY_CODE), (county, COUNTY_CODE)):
        reported(office, whom)
        assert (last().area_code, last().level_code, last().state) == (VILLAGE, level, "received")
    for level, code in (("village", TOWN), ("town", COUNTY_CODE), ("county", COUNTY_CODE)):
        report_misconduct(office.resident, NewReport(VILLAGE, "other", "账目不公开", level=level))
        assert last().level_code == code
    # Whoever has a post at the town besides, under another account even, is reported to the county.
    both = office.make("secretary", VILLAGE, person_id=office.house.person_ids[1])
    reported(office, both)
    assert last().level_code == COUNTY_CODE


def test_a_name_that_is_written_down_is_found_among_those_in_office(office):
    name = office.make("town_official", TOWN).name
    reported(office, account_ids=[], who=f"镇里的{name}，收钱")
    assert last().level_code == COUNTY_CODE
    reported(office, account_ids=[], who="镇里的人")
    assert last().level_code == TOWN


def test_a_town_without_anybody_who_may_see_it_hands_it_to_the_county(office):
    everybody = [office.officer, office.colleague, office.wife]
    reported(office, account_ids=[office.secretary.account_id])
    assert last().level_code == TOWN
    reported(office, *everybody, office.secretary)
    assert last().level_code == COUNTY_CODE
    far = NewReport(FAR_VILLAGE, "other", "账目不公开", who="三村会计")
    report_misconduct(office.resident, far)
    assert last().level_code == FAR_VILLAGE[:9]


def test_an_anonymous_report_holds_nobody_and_no_record_names_who_sent_it(office):
    before = audit.head()[0]
    receipt = reported(office, by=office.resident, files=[photo()])
    row = last()
    assert (row.is_named, row.reporter, row.reporter_mark) == (False, None, None)
    lines = list(AuditLine.unscoped("a test").where(AuditLine.seq > before))
    assert {line.action for line in lines} == {"files.keep_file", "supervision.report_misconduct"}
    assert {(line.account_id, line.area_code) for line in lines} == {(None, "")}
    (file,) = shown_files(row.id)
    assert file.name == "photo-1.jpg"
    kept = database.execute_sql("SELECT uploaded_by FROM files_file").fetchall()
    assert kept == [(None,)]
    # The control: another deed of the same resident's names them.
    everything = everywhere(str(office.resident.account_id).encode())
    assert receipt.number.encode() not in everything


def everywhere(_mark):
    """All that the database holds, as bytes."""
    tables = database.get_tables()
    return b"".join(
        repr(database.execute_sql(f'SELECT * FROM "{table}"').fetchall()).encode() for table in tables
    )


def test_the_number_is_a_secret_of_which_a_keyed_hash_is_kept(office):
    receipt = reported(office)
    assert len(receipt.number) == 12
    assert track(receipt.number.lower()[:4] + " " + receipt.number[4:]).state == "received"
    with pytest.raises(NumberUnknown):
        track("ABCDEFGHJKMN")
    assert receipt.number.encode() not in everywhere(b"")


def test_the_same_request_is_the_same_report_and_another_one_is_not(office):
    new = NewReport(VILLAGE, "taking", "办低保要送两条烟")
    first = report_misconduct(office.resident, new, key="one-and-the-same")
    assert report_misconduct(office.resident, new, key="one-and-the-same") == first
    others = [
        report_misconduct(office.resident, new, key="another-request"),
        report_misconduct(office.resident, NewReport(VILLAGE, "taking", "别的事"), key="one-and-the-same"),
        report_misconduct(office.resident, new),
        report_misconduct(office.resident, new),
    ]
    assert len({first.number, *(each.number for each in others)}) == 5


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"level": "province"}, "level"),
        ({"who": "长" * 201}, "who"),
        ({"account_ids": range(11)}, "account_ids"),
        ({"is_named": True}, "name"),
    ],
)
def test_what_is_missing_is_said(office, wrong, field):
    with pytest.raises(Invalid) as refused:
        reported(office, **wrong)
    assert field in refused.value.fields


def test_only_who_holds_office_there_can_be_chosen_and_only_a_village_has_a_form(office):
    stranger = office.make("secretary", FAR_VILLAGE)
    with pytest.raises(SubjectUnknown):
        reported(office, stranger)
    with pytest.raises(SubjectUnknown):
        reported(office, office.resident)
    for code in (TOWN, COUNTY_CODE, "341504001999", "x", "999999001001"):
        with pytest.raises(ReportAreaUnknown):
            reported(office, area_code=code)
    reported(office, area_code=VILLAGE + "001")
    assert last().area_code == VILLAGE


def test_it_is_assigned_answered_rated_and_over(office):
    receipt = reported(office)
    number, report_id = receipt.number, last().id
    assert (track(number).may_rate, track(number).may_urge) == (False, False)
    assert [name for _, name in handlers(office.officer, report_id)] != []
    with pytest.raises(HandlerUnfit):
        assign_report(office.officer, report_id, office.wife.account_id)
    assign_report(office.officer, report_id, office.colleague.account_id, "先查账")
    with pytest.raises(NotTheHandler):
        answer_report(office.officer, report_id, "unfounded", ANSWER)
    with pytest.raises(Invalid):
        answer_report(office.colleague, report_id, "unfounded", "无")
    answer_report(office.colleague, report_id, "substantiated", ANSWER)
    with pytest.raises(ReportMovedOn):
        assign_report(office.officer, report_id, office.officer.account_id)
    with pytest.raises(HandlerEnds):
        end_report(office.colleague, report_id, "已核对")
    seen = track(number)
    assert (seen.answer, seen.outcome, seen.may_rate, seen.due_at) == (ANSWER, "substantiated", True, None)
    assert [step.deed for step in seen.steps] == ["receive", "assign", "answer"]
    assert [step.note for step in seen.steps] == ["", "", ANSWER]
    rate_report(number, is_solved=True, thumb="up", note="谢谢")
    view = report(office.officer, report_id)
    assert (view.state, view.is_solved, view.thumb) == ("ended", True, "up")
    assert [(step.deed, step.account_name) for step in steps_of(report_id)][-1] == ("rate", "")


def test_what_is_not_solved_climbs_and_at_the_county_gets_another_handler(office):
    number = answered(office)
    rate_report(number, is_solved=False, thumb="down")
    row = last()
    assert (row.level_code, row.state, row.round, row.handler_id) == (COUNTY_CODE, "received", 2, None)
    assert track(number).state == "received"
    with pytest.raises(NotFound):
        report(office.officer, row.id)
    assign_report(office.county, row.id, office.county.account_id)
    answer_report(office.county, row.id, "partly", ANSWER)
    rate_report(number, is_solved=False, thumb="down")
    assert (last().level_code, last().round) == (COUNTY_CODE, 3)
    assert dict(handlers(office.county, row.id)).keys() == {office.county_colleague.account_id}
    with pytest.raises(HandlerUnfit):
        assign_report(office.county, row.id, office.county.account_id)
    assign_report(office.county, row.id, office.county_colleague.account_id)
    answer_report(office.county_colleague, row.id, "unfounded", ANSWER)
    rate_report(number, is_solved=False, thumb="down")
    assert (last().state, last().is_solved) == ("ended", False)
    with pytest.raises(RatingOver):
        rate_report(number, is_solved=True, thumb="up")


def test_a_second_word_later_on_reopens_it_one_level_up_but_not_for_ever(office):
    number = answered(office)
    rate_report(number, is_solved=True, thumb="up")
    office.move_clock(now() + timedelta(days=60))
    assert track(number).may_rate
    rate_report(number, is_solved=False, thumb="down", note="又收了")
    assert (last().level_code, last().state, last().round, last().ended_at) == (
        COUNTY_CODE,
        "received",
        2,
        None,
    )
    number = answered(office, by=office.resident, text="另一件事")
    rate_report(number, is_solved=True, thumb="up")
    office.move_clock(now() + timedelta(days=91))
    with pytest.raises(RatingOver):
        rate_report(number, is_solved=False, thumb="down")


def test_it_is_handed_up_with_a_reason_and_urged_once_a_day(office):
    number = reported(office).number
    report_id = last().id
    with pytest.raises(ReportMovedOn):
        urge_by_number(number)
    urge_report(office.county, report_id, "请抓紧")
    with pytest.raises(UrgedJustNow):
        urge_report(office.county, report_id)
    with pytest.raises(Invalid):
        transfer_report(office.officer, report_id, "")
    transfer_report(office.officer, report_id, "涉及多个村")
    with pytest.raises(NotFound):
        transfer_report(office.officer, report_id, "再转")
    with pytest.raises(NothingAbove):
        transfer_report(office.county, report_id, "再转")
    assert last().level_code == COUNTY_CODE
    # What the office says to itself is not the reporter's to read, and they urge what is late.
    office.move_clock(now() + timedelta(days=8))
    assert track(number).may_urge
    urge_by_number(number)
    assert [step.note for step in track(number).steps] == [""] * 4


def test_a_late_report_is_reminded_of_and_climbs(office):
    reported(office)
    assert watch_reports() == 0
    office.move_clock(last().yellow_at + timedelta(minutes=1))
    assert (watch_reports(), watch_reports()) == (1, 0)
    assert inbox(office.officer) == ["supervision.report_late", "supervision.report_came"]
    assert inbox(office.wife) == []
    office.move_clock(last().due_at + timedelta(days=7))
    watch_reports()
    assert (last().level_code, last().state) == (COUNTY_CODE, "received")
    assert inbox(office.county) == ["supervision.report_came"]
    assert [step.deed for step in steps_of(last().id)] == ["receive", "remind", "climb"]


def test_an_answer_without_a_word_is_over_after_some_time(office):
    number = answered(office)
    assert watch_reports() == 0
    office.move_clock(now() + timedelta(days=21))
    assert watch_reports() == 1
    assert (last().state, last().is_solved, track(number).may_rate) == ("ended", None, True)


def inbox(actor):
    query = "SELECT kind, params, text, url FROM notices_notice WHERE account_id = {} ORDER BY id DESC"
    found = database.execute_sql(query.format(int(actor.account_id))).fetchall()
    for _, params, text, _ in found:
        assert set(json.loads(params)) <= {"day"}
        assert "烟" not in text + params
    return [kind for kind, *_ in found]


def test_messages_hold_no_name_and_no_text_and_stay_in_the_house(office):
    reported(office)
    assert inbox(office.officer) == ["supervision.report_came"]
    assert inbox(office.secretary) == inbox(office.wife) == inbox(office.far) == []
    urge_report(office.county, last().id)
    assert inbox(office.colleague) == ["supervision.report_late", "supervision.report_came"]
    assert database.execute_sql("SELECT count(*) FROM notices_sending").fetchone() == (0,)


def test_a_named_reporter_is_sealed_and_each_look_at_them_is_on_record(office):
    number = reported(office, by=office.resident, is_named=True, phone="0564-1234").number
    row = last()
    assert office.resident.name.encode() not in bytes(row.reporter)
    found = reveal_reporter(office.officer, row.id, "contact")
    assert (found.account_id, found.name, found.phone) == (
        office.resident.account_id,
        office.resident.name,
        "0564-1234",
    )
    (line,) = audit.lines(AreaScope((COUNTY_CODE,)), action="supervision.reveal_reporter")[0]
    assert (line.account_id, json.loads(line.detail)) == (office.officer.account_id, {"purpose": "contact"})
    assert track(number).steps[-1].deed == "reveal"
    with pytest.raises(Invalid):
        reveal_reporter(office.officer, row.id, "curiosity")
    reported(office, text="匿名的")
    with pytest.raises(ReporterUnknown):
        reveal_reporter(office.officer, last().id, "contact")


def test_who_may_handle_but_not_reveal_is_refused(office, monkeypatch):
    reported(office, by=office.resident, is_named=True)
    held = {name: areas for name, areas in office.officer.permissions.items() if "reveal" not in name}
    lesser = type(office.officer)(office.officer.account_id, "x", office.officer.posts, held)
    assert report(lesser, last().id).is_named
    with pytest.raises(Forbidden):
        reveal_reporter(lesser, last().id, "contact")
    reveal_reporter(office.officer, last().id, "contact")


def test_nobody_handles_what_they_reported_by_name(office):
    reported(office, by=office.colleague, is_named=True)
    with pytest.raises(NotFound):
        report(office.colleague, last().id)
    assert office.colleague.account_id not in dict(handlers(office.officer, last().id))
    assert report(office.officer, last().id)


def test_the_database_refuses_to_change_a_step(office):
    reported(office)
    for statement in (
        ReportStep.update(note="x").where(ReportStep.report_id == last().id),
        ReportStep.delete().where(ReportStep.report_id == last().id),
    ):
        with pytest.raises(PeeweeException), database.atomic():
            statement.execute()
    assert MisconductReport.update(who="x").where(MisconductReport.id == last().id).execute() == 1


def test_a_photo_loses_what_tells_of_its_phone(office):
    raw = photo(comment=b"phone of Zhang San")
    assert b"Zhang San" in raw
    prepared = prepare("IMG_20260302_ZhangSan.jpg", raw)
    report_misconduct(office.resident, NewReport(VILLAGE, "other"), [prepared])
    (file,) = shown_files(last().id)
    assert file.name == "photo-1.jpg"
    assert b"Zhang San" not in prepared.data


def test_a_county_may_take_reports_of_accounts_only(office, monkeypatch):
    reported(office)
    monkeypatch.setitem(plugin_settings("supervision"), "open_reports", False)
    with pytest.raises(Unauthenticated):
        reported(office, text="又一件")
    reported(office, by=office.resident, text="又一件")
