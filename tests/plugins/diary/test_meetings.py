"""Meetings: called, announced, refused without residents, written down for good, answered."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import IntegrityError

from core.areas.models import Area
from core.cases.api import case
from core.clock import now, today
from core.db import database
from core.errors import Invalid, NotFound
from core.events import StoredEvent
from core.notices.api import unread_count
from core.scope import AreaScope
from core.testing import SISTER_VILLAGE, VILLAGE
from plugins.diary.errors.meetings import (
    AlreadyInvited,
    DraftChanged,
    MeetingMovedOn,
    MinutesFinal,
    NobodyPresent,
    NotOrdinary,
    ResidentsMissing,
    ResolutionHasCase,
)
from plugins.diary.minutes_form import canonical, digest_of, missing_residents
from plugins.diary.models.meetings import Meeting
from plugins.diary.queries.duties import WantedDuties, list_duties, my_duties
from plugins.diary.queries.meetings import (
    WantedMeetings,
    list_meetings,
    matters_of,
    meeting,
    participants_of,
    village_meeting,
)
from plugins.diary.queries.minutes import canonical_of, minutes_of, resolution_views, resolutions_of
from plugins.diary.services.entries import NewEntry, Problem, raise_problem, write_entry
from plugins.diary.services.meetings import (
    MeetingPlan,
    NewMeeting,
    announce_meeting,
    call_meeting,
    cancel_meeting,
    open_meeting,
)
from plugins.diary.services.minutes import correct_minutes, finish_minutes, publish_minutes, save_draft
from plugins.diary.services.participants import Mark, NewParticipant, invite, leave, mark_attendance
from plugins.diary.services.resolutions import (
    NewResolution,
    Outcome,
    add_resolution,
    answer_matters,
    raise_resolution,
)

VIEW = "diary.meetings"
HERE = AreaScope((VILLAGE,))
planned = import_module("plugins.diary.migrations.0014_planned_meetings")


def plan(topic="修村东头的路", **more):
    return MeetingPlan(topic, now() + timedelta(days=2), "村委会二楼", **more)


def called(village, kind="deliberation", **more):
    return call_meeting(village.secretary, NewMeeting(VILLAGE, kind, plan(), **more))


def with_everybody(village, meeting_id, residents=2):
    """The secretary and some residents, ticked as present."""
    lines = [
        invite(
            village.secretary, meeting_id, NewParticipant("village", account_id=village.secretary.account_id)
        )
    ]
    for person in [*village.house.person_ids, *village.grandma.person_ids][:residents]:
        lines.append(invite(village.secretary, meeting_id, NewParticipant("resident", person_id=person)))
    mark_attendance(village.secretary, meeting_id, {line: Mark(True) for line in lines})
    return lines


def held(village, **more):
    """A meeting with one decision that has a day, and final minutes."""
    meeting_id = called(village, **more)
    with_everybody(village, meeting_id)
    open_meeting(village.secretary, meeting_id)
    due = today() + timedelta(days=30)
    new = NewResolution("下月底前修好", "镇建设办", village.secretary.account_id, due=due, agree=3, against=0)
    add_resolution(village.secretary, meeting_id, new)
    save_draft(village.secretary, meeting_id, text="大家都同意修路。", version=0)
    finish_minutes(village.secretary, meeting_id, version=1)
    return meeting_id


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 90))
def test_exactly_the_missing_residents_make_the_share(residents, others, percent):
    present = residents + others
    missing = missing_residents(residents, present, percent)
    assert 100 * (residents + missing) >= percent * (present + missing)
    if missing:
        assert 100 * (residents + missing - 1) < percent * (present + missing - 1)


def test_one_content_has_one_digest_and_another_another():
    assert canonical({"b": 1, "a": "字"}) == '{"a":"字","b":1,"form":"gridgov.minutes/1"}'
    assert digest_of(canonical({"a": 1})) != digest_of(canonical({"a": "1"}))


def test_a_meeting_without_its_residents_does_not_begin_and_says_how_many_are_missing(village):
    meeting_id = called(village)
    with pytest.raises(NobodyPresent):
        open_meeting(village.secretary, meeting_id)
    lines = with_everybody(village, meeting_id, residents=1)
    more = [invite(village.secretary, meeting_id, NewParticipant("unit", name=name)) for name in ("甲", "乙")]
    mark_attendance(village.secretary, meeting_id, {line: Mark(True) for line in more})
    with pytest.raises(ResidentsMissing) as refusal:
        open_meeting(village.secretary, meeting_id)
    assert refusal.value.params == {"present": 4, "residents": 1, "percent": 50, "missing": 2}
    mark_attendance(village.secretary, meeting_id, {more[0]: Mark(False), more[1]: Mark(False)})
    open_meeting(village.secretary, meeting_id)
    view = meeting(village.secretary.scope(VIEW), meeting_id)
    assert (view.state, view.residents_percent, view.present, len(lines)) == ("opened", 50, 2, 2)


def test_a_meeting_is_called_by_its_notice_and_planned_before(village, as_role):
    number = called(village)
    page = as_role("secretary", VILLAGE).get(f"/diary/meetings/{number}").text
    assert (meeting(HERE, number).state, "筹备中" in page) == ("planned", True)
    quiet, told = called(village), called(village)
    announce_meeting(village.secretary, told)
    Meeting.update(state="called").execute()  # as they stood before the migration
    planned.up(None, database)
    states = [meeting(HERE, each).state for each in (number, quiet, told)]
    assert states == ["planned", "planned", "called"]
    planned.down(None, database)
    assert meeting(HERE, quiet).state == "called"


def test_cadres_analyse_among_themselves(village):
    meeting_id = called(village, kind="analysis")
    with_everybody(village, meeting_id, residents=0)
    open_meeting(village.secretary, meeting_id)


def test_a_governor_is_no_ordinary_resident_and_nobody_is_called_twice(village, actor):
    actor("secretary", SISTER_VILLAGE, person_id=village.house.person_ids[0])
    meeting_id = called(village)
    with pytest.raises(NotOrdinary):
        invite(
            village.secretary, meeting_id, NewParticipant("resident", person_id=village.house.person_ids[0])
        )
    with pytest.raises(Invalid):
        invite(village.secretary, meeting_id, NewParticipant("resident", name="随便写的"))
    other = NewParticipant("resident", person_id=village.house.person_ids[1])
    line = invite(village.secretary, meeting_id, other)
    with pytest.raises(AlreadyInvited):
        invite(village.secretary, meeting_id, other)
    leave(village.secretary, meeting_id, line)
    with pytest.raises(NotFound):
        leave(village.secretary, meeting_id, line)
    assert invite(village.secretary, meeting_id, other) != line


def test_participants_are_told_and_see_the_link_strangers_see_nothing(village, actor):
    resident = actor("resident", VILLAGE, person_id=village.house.person_ids[0])
    neighbour = actor("resident", SISTER_VILLAGE, person_id=village.grandma.person_ids[0])
    meeting_id = call_meeting(
        village.secretary, NewMeeting(VILLAGE, "deliberation", plan(link="https://meet.example/1"))
    )
    with pytest.raises(NotFound):
        village_meeting(resident, meeting_id)
    invite(village.secretary, meeting_id, NewParticipant("resident", person_id=village.house.person_ids[0]))
    assert announce_meeting(village.secretary, meeting_id) == 1
    assert unread_count(resident) == 1
    assert village_meeting(resident, meeting_id).topic == "修村东头的路"
    with pytest.raises(NotFound):
        village_meeting(neighbour, meeting_id)
    with pytest.raises(NotFound):
        meeting(village.stranger.scope(VIEW), meeting_id)
    cancel_meeting(village.secretary, meeting_id, "下大雨")
    assert unread_count(resident) == 2


@pytest.mark.parametrize(
    "more", [{"link": "javascript:alert(1)"}, {"link": "https://a b"}, {"topic": "　"}, {"topic": "长" * 201}]
)
def test_a_bad_plan_is_refused_by_field(village, more):
    with pytest.raises(Invalid):
        call_meeting(village.secretary, NewMeeting(VILLAGE, "deliberation", plan(**more)))


def test_two_writers_of_the_minutes_and_nothing_is_lost(village):
    meeting_id = called(village)
    save_draft(village.secretary, meeting_id, text="第一稿", version=0)
    save_draft(village.cadre, meeting_id, text="第二稿", version=1)
    with pytest.raises(DraftChanged) as refusal:
        save_draft(village.secretary, meeting_id, text="我的", version=1)
    assert refusal.value.params == {"version": 2}
    assert save_draft(village.secretary, meeting_id, text="字" * 100_000, version=2) == 3


def test_final_minutes_stand_and_a_correction_names_what_it_corrects(village):
    meeting_id = held(village)
    (first,) = minutes_of(meeting_id)
    assert digest_of(canonical_of(meeting_id, 1)[0]) == first.digest
    for name in ("大家都同意修路", "下月底前修好", "present"):
        assert name in canonical_of(meeting_id, 1)[0]
    with pytest.raises(MinutesFinal):
        save_draft(village.secretary, meeting_id, text="改", version=1)
    with pytest.raises(MeetingMovedOn):
        mark_attendance(village.secretary, meeting_id, {})
    correct_minutes(village.secretary, meeting_id, text="多数同意修路。", reason="人数记错", number=1)
    with pytest.raises(DraftChanged):
        correct_minutes(village.secretary, meeting_id, text="又改", reason="再改", number=1)
    second, first = minutes_of(meeting_id)
    assert (second.previous, second.is_whole, first.is_whole) == (first.digest, True, True)
    publish_minutes(village.secretary, meeting_id)


def test_final_minutes_say_which_residents_were_there_and_who_stayed_away_is_not_told(village):
    meeting_id = called(village)
    lines = with_everybody(village, meeting_id)
    absent = invite(
        village.secretary, meeting_id, NewParticipant("resident", person_id=village.grandma.person_ids[0])
    )
    mark_attendance(village.secretary, meeting_id, {absent: Mark(False)})
    open_meeting(village.secretary, meeting_id)
    save_draft(village.secretary, meeting_id, text="大家都同意修路。", version=0)
    events = StoredEvent.unscoped("test").where(StoredEvent.kind == "diary.MeetingAttended")
    assert events.count() == 0, "nothing is final yet"
    finish_minutes(village.secretary, meeting_id, version=1)
    told = {event.subject: json.loads(event.payload) for event in events}
    assert set(told) == {f"meeting_participant:{line}" for line in lines[1:]}
    assert {said["person_id"] for said in told.values()} == set(village.house.person_ids[:2])
    assert {(said["meeting_id"], said["meeting_kind"], said["role"]) for said in told.values()} == {
        (meeting_id, "deliberation", "resident")
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE diary_meeting_minutes SET text = 'x'",
        "UPDATE diary_meeting_minutes SET digest = 'x'",
        "DELETE FROM diary_meeting_minutes",
    ],
)
def test_the_database_refuses_to_change_final_minutes(village, statement):
    held(village)
    with pytest.raises(IntegrityError), database.atomic():
        database.execute_sql(statement)


def test_a_decision_becomes_a_case_and_a_duty_linked_both_ways(village):
    meeting_id = held(village)
    (line,) = resolutions_of(meeting_id)
    case_id = raise_resolution(village.secretary, meeting_id, line.id)
    with pytest.raises(ResolutionHasCase):
        raise_resolution(village.secretary, meeting_id, line.id)
    found = case(village.secretary, case_id)
    assert found.subject == f"diary_meeting:{meeting_id}"
    assert "修村东头的路" in found.text
    assert resolution_views(resolutions_of(meeting_id))[0].state_title
    (duty,) = my_duties(village.secretary)
    assert (duty.unit, duty.case_id, duty.meeting_id) == ("镇建设办", case_id, meeting_id)
    scope = village.secretary.scope(VIEW)
    assert [row.id for row in list_meetings(scope, WantedMeetings(case_id=case_id))[0]] == [meeting_id]
    assert list_duties(village.stranger.scope(VIEW), WantedDuties()) == ([], 0)


def test_a_reply_lists_what_was_asked_and_keeps_what_is_open(village):
    entry = write_entry(village.secretary, NewEntry(VILLAGE, "路灯坏了"))
    raised = raise_problem(village.secretary, entry, Problem())
    first = held(village, matters=[("case", raised)])
    reply = call_meeting(village.secretary, NewMeeting(VILLAGE, "reply", plan("答复"), about_id=first))
    assert [row.kind for row in matters_of(reply)] == ["case", "resolution"]
    assert len(participants_of(reply)) == 3
    lamp, road = matters_of(reply)
    with pytest.raises(Invalid):
        answer_matters(village.secretary, reply, {lamp.id: Outcome("", settled=True)})
    answer_matters(village.secretary, reply, {lamp.id: Outcome("换了灯", settled=True)})
    marks = {each.id: Mark(True) for each in participants_of(reply)}
    marks[participants_of(reply)[2].id] = Mark(False, told="电话告知")
    mark_attendance(village.secretary, reply, marks)
    open_meeting(village.secretary, reply)
    save_draft(village.secretary, reply, text="逐条答复。", version=0)
    finish_minutes(village.secretary, reply, version=1)
    scope = village.secretary.scope(VIEW)
    assert [row.id for row in list_meetings(scope, WantedMeetings(outstanding=True))[0]] == [reply]
    assert "电话告知" in canonical_of(reply, 1)[0]
    again = call_meeting(village.secretary, NewMeeting(VILLAGE, "reply", plan("再答复"), about_id=first))
    assert [row.title for row in matters_of(again)] == [road.title]


def test_what_a_merged_village_began_is_answered_in_its_successor(village, actor):
    first = held(village)
    Area.update(valid_to=today() - timedelta(days=1), successor_code=SISTER_VILLAGE).where(
        Area.code == VILLAGE
    ).execute()
    heir = actor("secretary", SISTER_VILLAGE)
    assert meeting(heir.scope(VIEW), first).topic == "修村东头的路"
    reply = call_meeting(heir, NewMeeting(SISTER_VILLAGE, "reply", plan("答复"), about_id=first))
    assert list_meetings(heir.scope(VIEW), WantedMeetings(area_code=SISTER_VILLAGE))[1] == 2
    assert len(matters_of(reply)) == 1
    with pytest.raises(NotFound):
        meeting(village.stranger.scope(VIEW), first)
