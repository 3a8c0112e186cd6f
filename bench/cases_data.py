"""A county with as many cases as it gathers in years: written in bulk, by the rules of real ones."""

import random
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from core.accounts.api import account_persons, list_accounts, operator
from core.areas.api import list_areas
from core.cases.models import Unit
from core.cases.past import Resident, Setting, closed_cases, open_cases
from core.cases.services.bulk import write_past_cases
from core.cli.context import opened_with_plugins
from core.clock import now
from core.county import county
from core.people.api import household_of_person
from core.plugin_manager import SYSTEM
from core.scope import AreaScope

# Of a hundred thousand cases so many wait: what a county of this size has on its desks.
OPEN_SHARE = 0.02
YEARS = 5


def fill_county(data: Path, count: int) -> float:
    """Write `count` cases into the seeded county in `data`; returns how many seconds it took."""
    with opened_with_plugins(data):
        setting = _setting()
        chance = random.Random(f"cases {count}")
        began, until = time.monotonic(), now()
        waiting = max(1, round(count * OPEN_SHARE / 8))
        closed = count - 8 * waiting
        past = closed_cases(
            setting,
            chance,
            count=closed,
            dissatisfied=closed // 50,
            since=until - timedelta(days=365 * YEARS),
            until=until - timedelta(days=12),
        )
        write_past_cases(SYSTEM, past, chance)
        write_past_cases(SYSTEM, open_cases(setting, chance, each=waiting, until=until), chance)
        return time.monotonic() - began


def _setting() -> Setting:
    """All villages of the county with their grids; the people that the seed has made report everywhere."""
    scope = AreaScope((county().settings.county_code,))
    villages = [area.code for area in list_areas(scope, level="village", page_size=10_000)[0]]
    grids: dict[str, list[str]] = defaultdict(list)
    for area in list_areas(scope, level="grid", page_size=10_000)[0]:
        grids[area.code[:12]].append(area.code)
    accounts = {
        role: [account.id for account in list_accounts(operator(), role=role, page_size=500)[0]]
        for role in ("resident", "secretary", "town_official")
    }
    people = [
        Resident(account_id, person_id, household_of_person(person_id))
        for account_id, person_id in account_persons(accounts["resident"]).items()
    ]
    units = {unit.area_code: unit.id for unit in Unit.within(scope).where(Unit.level == "town")}
    for town in {village[:9] for village in villages} - set(units):
        units[town] = Unit.create(name="综治中心", level="town", area_code=town, opened_at=now()).id
    officials = accounts["town_official"]
    return Setting(
        residents=dict.fromkeys(villages, people),
        secretaries=dict.fromkeys(villages, accounts["secretary"][0]),
        officials=dict.fromkeys(units, officials[0]),
        units=units,
        areas=grids,
    )
