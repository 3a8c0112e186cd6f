"""Deadlines in working time: make-up days, pauses, lights, and a year without calendar."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import api
from core.cases.clocks import CaseCalendar
from core.clock import CHINA, WorkCalendar
from core.county import County
from core.testing import TOWN
from tests.core.cases.conftest import World

CALENDAR = WorkCalendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 09:00", 0, "2026-03-02 09:00"),
        ("2026-03-02 09:00", 3, "2026-03-02 12:00"),  # the slot's last minute is still the same day's
        ("2026-03-02 09:00", 4, "2026-03-02 15:00"),  # noon does not count
        ("2026-03-02 12:30", 1, "2026-03-02 15:00"),
        ("2026-03-02 17:00", 1, "2026-03-03 09:00"),  # over night
        ("2026-03-06 17:00", 1, "2026-03-09 09:00"),  # over the weekend
        ("2026-03-07 10:00", 1, "2026-03-09 09:30"),  # from a Saturday
        ("2026-02-13 17:00", 1, "2026-02-14 09:00"),  # the Saturday before the Spring Festival is made up
        ("2026-02-14 17:00", 1, "2026-02-24 09:00"),  # then nine days off
        ("2026-09-30 17:00", 1, "2026-10-08 09:00"),
        ("2026-03-02 09:00", 14, "2026-03-04 09:00"),
    ],
)
def test_working_hours_pass_noon_nights_and_holidays_over(start: str, hours: int, end: str) -> None:
    assert CALENDAR.add_working_hours(at(start), hours) == at(end)


@given(
    start=st.datetimes(datetime(2026, 1, 5), datetime(2026, 10, 1)),
    minutes=st.integers(0, 6000),
)
def test_what_is_added_is_what_lies_between(start: datetime, minutes: int) -> None:
    since = start.replace(second=0, microsecond=0, tzinfo=CHINA)
    until = CALENDAR.add_working_hours(since, minutes / 60)
    assert until >= since
    assert CALENDAR.working_minutes_between(since, until) == minutes
    assert CALENDAR.working_minutes_between(until, since) == 0


def test_a_county_has_its_own_office_hours(county: County) -> None:
    assert county.calendar.minutes_a_day == 420
    short = WorkCalendar(day_hours=((at("2026-03-02 09:00").time(), at("2026-03-02 10:00").time()),))
    assert short.add_working_hours(at("2026-03-02 09:30"), 1) == at("2026-03-03 09:30")


def test_a_year_without_calendar_is_guessed_and_says_so() -> None:
    days = CaseCalendar(CALENDAR)
    assert days.add_working_days(at("2026-12-30 09:00").date(), 3) == at("2027-01-04 09:00").date()
    assert days.guessed
    known = CaseCalendar(CALENDAR)
    known.add_working_days(at("2026-12-28 09:00").date(), 3)
    assert not known.guessed


def test_a_deadline_across_new_year_stops_no_case_and_is_flagged(world: World) -> None:
    world.move_clock(at("2026-12-30 16:00"))
    number = world.file()
    seen = api.case(world.secretary, number)
    assert seen.resolve_by == at("2027-01-06 17:30")
    assert "no_calendar" in seen.flags
    assert "年份无放假安排" in api.why_here(number)
    api.accept_case(world.secretary, number)
    world.move_clock(at("2026-06-01 09:00"))
    assert "no_calendar" not in api.case(world.secretary, world.file()).flags


def test_lights_go_from_green_to_yellow_to_red(world: World) -> None:
    number = world.file()
    # Four hours to accept, from 9:00 on: until 15:00; 80 % of them are gone at 14:12.
    for moment, light in (("09:00", "green"), ("14:11", "green"), ("14:12", "yellow"), ("15:00", "yellow")):
        world.move_clock(at(f"2026-03-02 {moment}"))
        assert api.case(world.secretary, number).light == light, moment
        assert api.list_cases(world.secretary, light=light)[1] == 1
    world.move_clock(at("2026-03-02 15:01"))
    assert api.case(world.secretary, number).light == "red"
    api.accept_case(world.secretary, number)
    # Five working days to resolve: until the Monday after; 33.2 of 41.5 hours are gone on Friday at 16:12.
    seen = api.case(world.secretary, number)
    assert (seen.due_at, seen.light, seen.late) == (at("2026-03-09 17:30"), "green", True)
    world.move_clock(at("2026-03-06 16:11"))
    assert api.case(world.secretary, number).light == "green"
    world.move_clock(at("2026-03-06 16:12"))
    assert api.case(world.secretary, number).light == "yellow"
    api.resolve_case(world.secretary, number, outcome="solved", answer="好了")
    assert api.case(world.secretary, number).light == ""


def test_urgent_cases_have_shorter_clocks(world: World) -> None:
    seen = api.case(world.secretary, world.file(urgent=True))
    assert (seen.due_at, seen.resolve_by) == (at("2026-03-02 10:00"), at("2026-03-03 17:30"))


def test_a_pause_moves_the_deadline_by_the_working_time_that_passed(world: World) -> None:
    number = world.file()
    api.accept_case(world.secretary, number)
    api.pause_case(world.secretary, number, "等配件")
    seen = api.case(world.secretary, number)
    assert (seen.light, seen.due_at) == ("", None)
    world.move_clock(at("2026-03-04 10:00"))  # two working days and an hour later
    api.resume_case(world.secretary, number)
    assert api.case(world.secretary, number).due_at == at("2026-03-12 09:30")
    lead = api.assignments(number)[-1]
    assert lead.resolve_by == at("2026-03-12 09:30")


def test_a_transfer_is_no_way_to_more_time_not_even_during_a_pause(world: World) -> None:
    number = world.file()
    api.dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit)
    before = api.case(world.clerk, number).resolve_by
    world.move_clock(at("2026-03-05 09:00"))
    api.transfer_case(world.clerk, number, unit_id=world.other_unit, reason="归城建办")
    assert api.case(world.other_clerk, number).resolve_by == before
    api.accept_case(world.other_clerk, number)
    api.pause_case(world.other_clerk, number, "等配件")
    world.move_clock(at("2026-03-06 09:00"))
    api.transfer_case(world.other_clerk, number, unit_id=world.unit, reason="归司法所")
    moved = api.case(world.clerk, number)
    assert moved.paused_at is None
    assert moved.resolve_by == before + timedelta(days=1)  # Tuesday instead of Monday


@pytest.fixture
def county_sections(request: pytest.FixtureRequest) -> str:
    """The office hours that a test asks for."""
    return str(getattr(request, "param", ""))


@pytest.mark.parametrize(
    "county_sections", ['[cases]\nday_hours = ["09:00-11:00"]\naccept_hours = 2\n'], indirect=True
)
def test_the_config_sets_hours_and_deadlines(world: World) -> None:
    assert api.case(world.secretary, world.file()).due_at == at("2026-03-02 11:00")
    world.move_clock(at("2026-03-02 10:30"))
    assert api.case(world.secretary, world.file()).due_at == at("2026-03-03 10:30")
