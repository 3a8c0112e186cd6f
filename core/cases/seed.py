"""Synthetic units, routing rules and cases for demo and test counties.

The county profile has Yeji's figures of 2022: 4,424 cases, 4,408 closed, 98 % of them satisfied.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import chain
from typing import Any

from core import audit
from core.accounts.api import account_persons
from core.areas.api import LEVEL_DIGITS
from core.cases.models import Rule, Unit, UnitMember
from core.cases.past import Resident, Setting, closed_cases, open_cases
from core.cases.services.bulk import write_past_cases
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import area_of_person, household_of_person
from core.plugin_manager import SYSTEM

RECEIVED, CLOSED, SATISFIED = 4_424, 4_408, 4_320
# Of the small counties: so many closed ones a village, and so many in each other state.
CLOSED_SMALL, EACH_SMALL = 8, 4
TOWN_UNIT = "综治中心"
COUNTY_UNITS = ("司法局", "住房和城乡建设局", "农业农村局", "交通运输局", "民政局", "人力资源和社会保障局")
_MOST_RESIDENTS = 40  # of a village: that many people's names are enough for its cases


def fill(world: SeedWorld) -> dict[str, Any]:
    """Units, rules and cases with a history. Returns what the JSON shows."""
    with unit_of_work():
        units = _open_units(world)
        _write_rules(units)
        setting = _setting(world, units)
        cases = chain(*_cases(world, setting))
        count = len(write_past_cases(SYSTEM, cases, world.random))
        audit.record(
            SYSTEM,
            "cases.seed_units",
            area_code=county().settings.county_code,
            subject=f"profile:{world.profile}",
            units=len(units) + len(COUNTY_UNITS),
        )
    return {"cases": {"count": count, "units": {code: str(key) for code, key in units.items()}}}


def _cases(world: SeedWorld, setting: Setting) -> Any:
    until = world.started_at
    if world.profile == "county":
        down = CLOSED - SATISFIED
        year = {"since": until - timedelta(days=365), "until": until - timedelta(days=12)}
        yield closed_cases(setting, world.random, count=CLOSED, dissatisfied=down, **year)
        yield open_cases(setting, world.random, each=(RECEIVED - CLOSED) // 8, until=until)
        return
    count = CLOSED_SMALL * len(world.villages)
    month = {"since": until - timedelta(days=45), "until": until - timedelta(days=12)}
    yield closed_cases(setting, world.random, count=count, dissatisfied=1, **month)
    yield open_cases(setting, world.random, each=EACH_SMALL, until=until)


def _open_units(world: SeedWorld) -> dict[str, int]:
    """A unit in each town, with the town's official; the county's units, with whoever works there."""
    at, day = now(), today() - timedelta(days=400)
    towns = sorted({code[: LEVEL_DIGITS["town"]] for code in world.villages})
    units: dict[str, int] = {}
    for town in towns:
        unit = Unit.create(name=TOWN_UNIT, level="town", area_code=town, opened_at=at)
        units[town] = unit.id
        for account_id in world.accounts.get(("town_official", town), []):
            UnitMember.create(unit_id=unit.id, account_id=account_id, since=day)
    code = towns[0][: LEVEL_DIGITS["county"]]
    people = world.accounts.get(("department_official", code), [])
    for name in COUNTY_UNITS:
        unit = Unit.create(name=name, level="county", area_code=code, opened_at=at)
        units.setdefault(name, unit.id)
        for account_id in people:
            UnitMember.create(unit_id=unit.id, account_id=account_id, since=day)
    return units


def _write_rules(units: Mapping[str, int]) -> None:
    code = county().settings.county_code
    # As old as the units: the cases of the past went by them.
    common = {"area_code": code, "since": now() - timedelta(days=400), "accept_hours": 4, "resolve_days": 5}
    lines: tuple[dict[str, Any], ...] = (
        {
            "kind": "cases.dispute",
            "difficulty": "large",
            "level": "county",
            "unit_id": units["司法局"],
            "resolve_days": 15,
            "note": "重大矛盾纠纷由司法局牵头调处。",
        },
        {
            "kind": "cases.dispute",
            "difficulty": "*",
            "level": "village",
            "resolve_days": 10,
            "note": "一般纠纷先由村调解。",
        },
        {"kind": "*", "difficulty": "large", "level": "town", "note": "大事由镇街研判交办。"},
        {"kind": "*", "difficulty": "*", "level": "village", "note": "小事不出村。"},
    )
    for position, line in enumerate(lines, 1):
        Rule.create(**{"unit_id": None, **common, **line, "position": 10 * position})


def _setting(world: SeedWorld, units: dict[str, int]) -> Setting:
    def first(role: str) -> dict[str, int]:
        return {place: ids[0] for (held, place), ids in world.accounts.items() if held == role and ids}

    return Setting(
        residents={village: _residents(world, village) for village in world.villages},
        secretaries=first("secretary"),
        officials=first("town_official"),
        units=units,
    )


def _residents(world: SeedWorld, village: str) -> list[Resident]:
    accounts = world.accounts.get(("resident", village), [])[:_MOST_RESIDENTS]
    return [_resident(account_id, person_id) for account_id, person_id in account_persons(accounts).items()]


def _resident(account_id: int, person_id: int) -> Resident:
    home = area_of_person(person_id) or ""
    return Resident(account_id, person_id, household_of_person(person_id), home)
