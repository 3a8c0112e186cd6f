"""Builds a synthetic county through the doors of the modules; plugins then fill their own part.

The same number gives the same county, but for secrets and the moments of writing. All of it is one
unit of work: a county is built whole or not at all.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from core import audit
from core.accounts.api import ADMIN, AUDITOR, AccountRow, bulk_accounts, find_account, operator
from core.areas.api import LEVEL_DIGITS, install_areas, list_areas
from core.clock import now, today
from core.county import county, plugins
from core.db import unit_of_work
from core.demo.people import Crowd
from core.demo.plan import VillagePlan, plan_county
from core.demo.village import REFERENCE_DAY, appoint, make_households
from core.errors import DomainError
from core.hookspecs import SeedWorld
from core.people.api import HouseholdRow, bulk_insert_households, list_households, persons_of
from core.scope import AreaScope
from core.security import Post
from core.sheets import Upload
from core.text import N_
from core.value_classes import value_class

Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
# Short user names for the first holder of each role; later ones get the area's digits behind it.
USERNAMES = {
    ADMIN: "admin",
    "town_official": "town",
    "discipline_officer": "discipline",
    "department_official": "department",
    "grid_leader": "leader",
    "grid_member": "member",
    "stationed_cadre": "cadre",
}
ACCOUNTS_AT_ONCE = 5_000
OFFICER = "discipline_officer"
COUNTY_NAMES = {
    ADMIN: "信息中心经办人",
    AUDITOR: "审计经办人",
    "supervisor": "督查经办人",
    "department_official": "部门经办人",
    "provider": "服务单位经办人",
}


class CountyInUse(DomainError):
    """Synthetic people never get in among real ones."""

    code, text = "county_in_use", N_("这个县区里已经有户籍数据，不能再写入模拟数据；请换一个空文件夹。")


class SeedFailed(DomainError):
    """A plugin's seed hook raised; nothing was written."""

    code, text = "seed_failed", N_("插件 %(name)s 生成模拟数据时出错（%(cause)s），没有写入任何数据。")


@value_class
class SeededAccount:
    """An account made for one post; `village` is that of its grid, or its area where it is a larger one."""

    id: int
    username: str
    role: str
    area_code: str
    person_id: int | None
    village: str


@dataclass
class World:
    """What was built.

    `areas`: code, name, level; `households`: by village, id and area; `answers`: what each
    plugin's seed hook returned, by plugin.
    """

    profile: str
    villages: list[str]
    areas: list[tuple[str, str, str]] = field(default_factory=list)
    households: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    accounts: list[SeededAccount] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many households there are."""
        return sum(map(len, self.households.values()))


@value_class
class _Settled:
    """A village's households as they were written, and the ids of their people."""

    rows: list[HouseholdRow]
    ids: list[list[int]]


@value_class
class _Wanted:
    """An account to be made; `village` is where plugins look for its holder."""

    role: str
    area_code: str
    name: str
    person_id: int | None
    village: str


def build_world(profile: str, seed: int, *, password: str, progress: Progress) -> World:
    """Fill the open county (migrated, plugins loaded, areas imported) after a `profile` of `PROFILES`.

    All accounts get `password`. Raises CountyInUse, TooFewVillages, SeedFailed.
    """
    chance = random.Random(f"{profile} {seed}")  # noqa: S311 - the same number, the same county
    code = county().settings.county_code
    everywhere = AreaScope((code,))
    with unit_of_work():
        if list_households(everywhere, page_size=1)[1]:
            raise CountyInUse
        names = {area.code: area.name for area in _areas(everywhere)}
        villages = [area for area in names if len(area) == LEVEL_DIGITS["village"]]
        plans = plan_county(profile, code, villages, chance)
        world = World(profile, [plan.code for plan in plans])
        _install_grids(plans)
        crowd = Crowd(chance, plans[0].code[: LEVEL_DIGITS["county"]], REFERENCE_DAY)
        people = _settle(world, plans, names, crowd, chance, progress)
        _open_accounts(world, _staff(code, plans, people, crowd, chance), password, progress)
        world.areas = _shown_areas(world, everywhere)
        _ask_plugins(world, chance, progress)
        audit.record(
            operator(), "core.seed", area_code=code, subject=f"profile:{profile}", households=world.size
        )
    return world


def _areas(scope: AreaScope) -> list[Any]:
    return list_areas(scope, on_date=today(), page_size=100_000)[0]


def _install_grids(plans: list[VillagePlan]) -> None:
    lines = [
        f"{grid.code},第{grid.number}网格,grid,{REFERENCE_DAY},"
        for plan in plans
        for grid in plan.grids
        if grid.number
    ]
    if lines:
        table = "\n".join(["code,name,level,valid_from,valid_to", *lines])
        outcome = install_areas(operator(), Upload("grids.csv", table.encode()))
        assert outcome.clean, outcome.mistakes


def _settle(
    world: World,
    plans: list[VillagePlan],
    names: dict[str, str],
    crowd: Crowd,
    chance: random.Random,
    progress: Progress,
) -> dict[str, _Settled]:
    """Households and people, village by village; remembers where each person ended up."""
    settled: dict[str, _Settled] = {}
    with progress("户籍") as say:
        for done, plan in enumerate(plans, 1):
            rows = make_households(plan, names[plan.code], crowd, chance)
            ids = bulk_insert_households(operator(), rows, area_code=plan.code)
            world.households[plan.code] = [(key, row.area_code) for key, row in zip(ids, rows, strict=True)]
            settled[plan.code] = _Settled(rows, _person_ids(rows, ids))
            say(done, len(plans))
    return settled


def _person_ids(rows: list[HouseholdRow], households: list[int]) -> list[list[int]]:
    # Bulk writing numbers people in the order of the rows; both ends are looked up to be sure.
    following = min(person.id for person in persons_of(households[0]))
    ids = []
    for row in rows:
        ids.append(list(range(following, following + len(row.persons))))
        following += len(row.persons)
    assert {person.id for person in persons_of(households[-1])} == set(ids[-1])
    return ids


def _staff(
    county_code: str,
    plans: list[VillagePlan],
    people: dict[str, _Settled],
    crowd: Crowd,
    chance: random.Random,
) -> list[_Wanted]:
    wanted = [_Wanted(role, county_code, name, None, county_code) for role, name in COUNTY_NAMES.items()]
    towns = sorted({plan.code[: LEVEL_DIGITS["town"]] for plan in plans})
    wanted += [_Wanted("town_official", town, "镇街经办人", None, town) for town in towns]
    for plan in plans:
        here = people[plan.code]
        for holder in appoint(plan, here.rows, crowd, chance):
            person = here.ids[holder.person[0]][holder.person[1]] if holder.person else None
            wanted.append(_Wanted(holder.role, holder.area_code, holder.name, person, plan.code))
        wanted += [
            _Wanted("resident", plan.code, row.persons[0].name, ids[0], plan.code)
            for row, ids in zip(here.rows, here.ids, strict=True)
        ]
    # Two at the county: what one of them answered goes to the other one when it is not solved.
    offices = [*((town, "") for town in towns), (county_code, "甲"), (county_code, "乙")]
    return wanted + [_Wanted(OFFICER, area, f"纪检监察员{sign}", None, area) for area, sign in offices]


def _open_accounts(world: World, wanted: list[_Wanted], password: str, progress: Progress) -> None:
    usernames = _usernames(wanted)
    rows = [
        AccountRow(username, each.name, each.area_code, (Post(each.role, each.area_code),), each.person_id)
        for username, each in zip(usernames, wanted, strict=True)
    ]
    with progress("账号") as say:
        for start in range(0, len(rows), ACCOUNTS_AT_ONCE):
            chunk = slice(start, start + ACCOUNTS_AT_ONCE)
            ids = bulk_accounts(operator(), rows[chunk], password=password)
            world.accounts += [
                SeededAccount(key, row.username, each.role, each.area_code, each.person_id, each.village)
                for key, row, each in zip(ids, rows[chunk], wanted[chunk], strict=True)
            ]
            say(len(world.accounts), len(rows))


def _usernames(wanted: list[_Wanted]) -> list[str]:
    """The role's word; after its first holder with the area's digits below the county, then a number."""
    used: Counter[str] = Counter()
    names = []
    for each in wanted:
        word = USERNAMES.get(each.role, each.role)
        # `gridgov init` may have made an `admin` before.
        if not used[word] and find_account(word) is None:
            stem = word
        else:
            stem = f"{word}-{each.area_code[LEVEL_DIGITS['county'] :] or 'county'}"
        used[word] += 1
        used[stem] += stem != word
        names.append(stem if used[stem] == 1 else f"{stem}-{used[stem]}")
    return names


def _ask_plugins(world: World, chance: random.Random, progress: Progress) -> None:
    manager = plugins()
    held: dict[tuple[str, str], list[int]] = {}
    for account in world.accounts:
        held.setdefault((account.role, account.village), []).append(account.id)
    with progress("插件") as say:
        answers = manager.ask(
            "seed",
            world=SeedWorld(
                profile=world.profile,
                random=chance,
                villages=tuple(world.villages),
                households={code: [key for key, _ in held] for code, held in world.households.items()},
                accounts=held,
                started_at=now(),
                say=say,
            ),
        )
    for name, report in manager.reports.items():
        if report.cause.startswith("seed"):
            raise SeedFailed(name=name, cause=report.cause)
    world.answers = {answer.plugin: answer.value for answer in answers}


def _shown_areas(world: World, scope: AreaScope) -> list[tuple[str, str, str]]:
    shown = {code[:length] for code in world.villages for length in LEVEL_DIGITS.values()}
    villages = tuple(world.villages)
    return [
        (area.code, area.name, area.level)
        for area in _areas(scope)
        if area.code in shown or area.code.startswith(villages)
    ]
