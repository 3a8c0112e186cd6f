"""What time alone does: reminders, urging, one level up told, escalation, pauses that end, closing."""

from datetime import datetime

from core.cases import api
from core.cases.services.ladder import watch_clocks
from core.testing import COUNTY_CODE, TOWN
from tests.core.cases.conftest import World


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


def deeds(number: int) -> list[str]:
    return [step.deed for step in api.timeline(number)]


def test_a_case_that_nobody_accepts_climbs_to_the_county_and_stays_red(world: World) -> None:
    number = world.file()
    world.move_clock(at("2026-03-02 14:00"))
    assert watch_clocks() == 0
    world.move_clock(at("2026-03-02 14:30"))
    assert watch_clocks() == 1
    assert deeds(number) == ["create", "remind"]
    assert watch_clocks() == 0
    world.move_clock(at("2026-03-02 15:05"))
    assert watch_clocks() == 1
    assert deeds(number)[-1] == "urge"
    assert api.case(world.secretary, number).late
    world.move_clock(at("2026-03-03 10:05"))  # four working hours after red
    watch_clocks()
    assert deeds(number)[-1] == "inform"
    world.move_clock(at("2026-03-04 15:05"))  # fourteen
    watch_clocks()
    seen = api.case(world.town, number)
    assert (deeds(number)[-1], seen.state, seen.desk_area) == ("escalate", "reported", TOWN)
    for moment in ("2026-03-31 09:00", "2026-04-30 09:00"):
        world.move_clock(at(moment))
        watch_clocks()
    seen = api.case(world.admin, number)
    assert (seen.desk_area, seen.light, seen.late) == (COUNTY_CODE, "red", True)
    assert watch_clocks() == 0
    assert deeds(number)[-1] == "inform"


def test_an_accepted_case_is_reminded_of_its_new_deadline(world: World) -> None:
    number = world.file()
    world.move_clock(at("2026-03-02 14:30"))
    watch_clocks()
    api.accept_case(world.secretary, number)
    world.move_clock(at("2026-03-06 10:00"))
    assert watch_clocks() == 0
    world.move_clock(at("2026-03-09 09:00"))
    assert watch_clocks() == 1
    assert deeds(number) == ["create", "remind", "accept", "remind"]


def test_a_pause_with_an_end_ends_by_itself(world: World) -> None:
    number = world.file()
    api.accept_case(world.secretary, number)
    api.pause_case(world.secretary, number, "等雨停", until=at("2026-03-05 09:00"))
    world.move_clock(at("2026-03-04 09:00"))
    assert watch_clocks() == 0
    world.move_clock(at("2026-03-05 09:05"))
    assert watch_clocks() == 1
    assert deeds(number)[-1] == "resume"
    assert api.case(world.secretary, number).light == "green"


def test_what_is_rated_well_is_closed_and_what_nobody_rates_in_time_too(world: World) -> None:
    rated, silent = world.file(), world.file()
    for number in (rated, silent):
        api.accept_case(world.secretary, number)
        api.resolve_case(world.secretary, number, outcome="solved", answer="好了")
    api.rate_case(world.resident, rated, thumb="up", solved=True)
    watch_clocks()
    assert api.case(world.secretary, rated).state == "closed"
    assert api.case(world.secretary, silent).state == "resolved"
    world.move_clock(at("2026-03-12 09:00"))
    watch_clocks()
    assert api.case(world.secretary, silent).state == "closed"
    # Later than the days for rating, but not too late: a thumb down still opens it again.
    api.rate_case(world.resident, silent, thumb="down", solved=False)
    assert api.case(world.town, silent).state == "reopened"


def test_a_case_that_moved_on_is_left_alone(world: World) -> None:
    number = world.file()
    api.cancel_case(world.resident, number, "已解决")
    world.move_clock(at("2026-05-06 09:00"))
    assert watch_clocks() == 0
    assert deeds(number) == ["create", "cancel"]


def test_many_cases_are_looked_at_in_one_round(world: World) -> None:
    numbers = [world.file() for _ in range(12)]
    world.move_clock(at("2026-03-02 14:30"))
    assert watch_clocks() == len(numbers)
