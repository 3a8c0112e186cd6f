"""The synthetic county writes diaries; the same number, the same diaries."""

from contextlib import nullcontext
from datetime import timedelta
from random import Random

import pytest

from core.accounts.api import operator
from core.areas.api import install_areas
from core.cases.api import OUTCOMES, STATES, accept_case
from core.cases.queries.proof import verify_timelines
from core.clock import now
from core.county import county as open_county_now
from core.db import unit_of_work
from core.demo.world import build_world
from core.people.api import person_names
from core.scope import AreaScope
from core.sheets import Upload
from core.testing import SISTER_VILLAGE, VILLAGE
from plugins.diary.models.entries import Entry
from plugins.diary.models.indicators import IndicatorValue
from plugins.diary.models.supplies import Supply
from plugins.diary.models.visits import Care, Visit
from plugins.diary.queries.checks import is_drawn_again, list_checks
from plugins.diary.queries.duties import WantedDuties, list_duties
from plugins.diary.queries.entries import entry_of_case, outcomes
from plugins.diary.queries.meetings import WantedMeetings, left_to_answer, list_meetings
from plugins.diary.queries.minutes import minutes_of
from plugins.diary.queries.works import WantedWorks, list_works, sums
from plugins.diary.seeding.meeting_rows import VillagePeople, add_meeting_rows
from plugins.diary.seeding.problem_rows import Told, add_problem_rows
from plugins.diary.seeding.work_rows import add_work_rows
from plugins.diary.services.duties import finish_duty
from plugins.diary.services.entries import NewEntry, write_entry
from plugins.diary.services.meetings import MeetingPlan, NewMeeting, call_meeting
from plugins.diary.services.works import NewWork, propose_work


@pytest.mark.parametrize("profile", ["acceptance"])
def test_an_acceptance_county_has_cadres_visits_and_problems(county, build_app, profile):
    build_app()
    rows = "".join(
        f"{code},{name},{level},2000-01-01,\n"
        for code, name, level in (("341504001003", "四村", "village"), ("341504002002", "五村", "village"))
    )
    install_areas(operator(), Upload("areas.csv", f"code,name,level,valid_from,valid_to\n{rows}".encode()))
    world = build_world(
        profile, 7, password="Test-county-2026", progress=lambda _: nullcontext(lambda done, total: None)
    )
    answer = world.answers["diary"]
    assert answer["diary_visits"] == answer["diary_entries"] == 6 * len(world.villages)
    assert answer["diary_problems"] == 0
    assert {account.role for account in world.accounts} >= {"stationed_cadre"}
    everywhere = AreaScope((open_county_now().settings.county_code,))
    assert Visit.within(everywhere).count() == answer["diary_visits"]
    assert Entry.within(everywhere).count() == answer["diary_entries"]
    assert Care.within(everywhere).count() == world.size
    assert Supply.within(everywhere).count() == answer["diary_supplies"] == 3 * len(world.villages)
    assert IndicatorValue.within(everywhere).count() == answer["diary_indicators"] == 9 * len(world.villages)
    drawn = [check.id for check in list_checks(everywhere)[0] if check.is_drawn]
    assert (answer["diary_spot_checks"], len(drawn)) == (2, 1)
    assert is_drawn_again(everywhere, drawn[0])


def test_a_countys_works_are_rows_that_its_pages_read(village):
    add = {VILLAGE: village.secretary.account_id, SISTER_VILLAGE: village.colleague.account_id}
    at = now()
    with unit_of_work(housekeeping="a test"):
        assert add_work_rows(add, village.chief.account_id, at, Random(7), count=60) == 60
        assert add_work_rows({}, village.chief.account_id, at, Random(7)) == 0
    everywhere = AreaScope((open_county_now().settings.county_code,))
    found, total = list_works(everywhere, WantedWorks(), page_size=100)
    assert (len(found), total) == (60, 60)
    by_village = sums(everywhere, WantedWorks(), digits=12)
    assert {each.area_code for each in by_village} == {VILLAGE, SISTER_VILLAGE}
    dropped = sum(work.state == "dropped" for work in found)
    assert sum(each.works for each in by_village) == 60 - dropped
    # The next one that somebody proposes has a number of its own.
    number = propose_work(village.secretary, NewWork(VILLAGE, "修桥", "村口", 100_000))
    assert number == 61
    assert all(work.cost_fen is not None for work in found if work.state in ("done", "checked"))


def test_a_countys_problems_are_cases_that_its_entries_show(village):
    """Most are closed, with a rating; of those of the last days some are on their way."""
    texts = ("桥塌了", "路灯坏了")
    entries = [write_entry(village.cadre, NewEntry(area_code=VILLAGE, text=text)) for text in texts]
    ages = [timedelta(days=30 + number) for number in range(30)] + [timedelta(hours=1)]
    person, door = village.grandma.person_ids[0], village.grandma.id
    told = [
        Told(
            entry_id=entries[age < timedelta(days=1)],
            area_code=VILLAGE,
            account_id=village.cadre.account_id,
            person_id=person,
            household_id=door,
            topic="roads",
            text="路不平",
            at=now() - age,
        )
        for age in ages
    ]
    with unit_of_work(housekeeping="a test"):
        minds = {VILLAGE: village.secretary.account_id}
        assert add_problem_rows(told, minds, {}, now(), Random(7)) == len(told)
    assert verify_timelines().mistakes == []
    ended, fresh = (outcomes(village.cadre, entry_id) for entry_id in entries)
    solved = STATES["closed"], OUTCOMES["solved"], "up"
    assert {(each.state_title, each.outcome_title, each.thumb) for each in ended} == {solved}
    assert [(each.state, each.outcome_title) for each in fresh] == [("reported", "")]
    assert entry_of_case(village.cadre, fresh[0].case_id) == entries[1]
    accept_case(village.secretary, fresh[0].case_id)


def test_a_countys_meetings_are_rows_that_its_pages_and_services_take_for_their_own(village):
    people = person_names([*village.house.person_ids, *village.grandma.person_ids])
    meet = {
        VILLAGE: VillagePeople(village.secretary.account_id, list(people.items())),
        SISTER_VILLAGE: VillagePeople(village.colleague.account_id, []),
    }
    with unit_of_work(housekeeping="a test"):
        assert add_meeting_rows({}, now(), Random(7)) == 0
        assert add_meeting_rows(meet, now(), Random(7), count=40) == 40
    everywhere = AreaScope((open_county_now().settings.county_code,))
    found, total = list_meetings(everywhere, WantedMeetings(), page_size=100)
    assert (len(found), total, {each.area_code for each in found}) == (40, 40, {VILLAGE})
    held = [each for each in found if each.state == "held"]
    assert all(minutes_of(each.id)[0].is_whole and each.starts_at < now() for each in held)
    assert all(each.residents * 2 >= each.present for each in held if each.kind != "analysis")
    replies = [each for each in held if each.kind == "reply"]
    asked = {each.id: each for each in found}
    assert replies
    for each in replies:
        assert asked[each.about_id].starts_at < each.starts_at
        assert left_to_answer(each.about_id) == [], "the reply settled it"
    assert all(each.starts_at > now() for each in found if each.state == "called")
    # What comes of them goes on by the services.
    waiting, _ = list_duties(everywhere, WantedDuties(state="open"))
    finish_duty(village.secretary, waiting[0].id, note="办好了")
    plan = MeetingPlan("修桥", now(), "村委会")
    assert call_meeting(village.secretary, NewMeeting(VILLAGE, "analysis", plan)) == 41
