"""A year of diaries for demo and test counties: postings, teams, visits, entries, problems. Deterministic."""

from datetime import datetime, timedelta
from typing import Any

from core import audit
from core.accounts.api import accounts_of_persons, actor_for
from core.areas.api import area_names
from core.clock import today
from core.county import county
from core.db import advance_ids, insert_rows, milliseconds, unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import household_head_name, members_of, open_households, person_names, persons_of
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from plugins.diary.models.entries import Entry, EntryLink
from plugins.diary.models.visits import Establishment, Visit
from plugins.diary.seeding.meeting_rows import VillagePeople, add_meeting_rows
from plugins.diary.seeding.meetings import seed_meetings
from plugins.diary.seeding.problem_rows import ANSWERS, PROBLEMS, Told, add_problem_rows
from plugins.diary.seeding.texts import BUSINESS, ESTABLISHMENTS, MATTERS, PLACES, ROADS, Matter
from plugins.diary.seeding.work_rows import add_work_rows
from plugins.diary.services.care import refresh_all
from plugins.diary.services.entries import Problem, raise_problem
from plugins.diary.services.postings import NewPosting, add_work_item, station
from plugins.diary.services.reports import ask_report, write_reports
from plugins.diary.services.signs import add_signs
from plugins.diary.services.teams import TeamPlan, create_team, join_team
from plugins.diary.services.visits import NewVisit, PersonSeen, record_visit
from plugins.diary.services.words import cut_entries
from plugins.diary.words import TOPICS

ROLE = "stationed_cadre"
# Figures of Shengzhou in 2020 (document 002): entries and visits to households and to enterprises.
ENTRIES, HOUSEHOLD_VISITS, ESTABLISHMENT_VISITS = 36_355, 32_000, 15_600
_DAYS = 330
# From how many of a village's households people come to its meetings.
_COME = 12
# Which of a village's few entries tells of the road.
ROAD_AT = 5
_ITEMS = ("摸清村集体资产底数", "整治沿线环境卫生", "帮低收入户对接一份稳定的活")


def seed_life(world: SeedWorld) -> dict[str, Any]:
    """Everything; the answer says how much, and who writes diaries."""
    cadres = {
        village: world.accounts[ROLE, village][0]
        for village in world.villages
        if world.accounts.get((ROLE, village))
    }
    with unit_of_work():
        chief = _chief(world)
        _station(world, chief, cadres)
        counts = (_bulk if world.profile == "county" else _written)(world, cadres)
        counts |= seed_meetings(world, chief)
        if world.profile == "county":
            secretaries = _secretaries(world)
            counts["diary_works"] += _more_works(world, chief, secretaries)
            counts["diary_meetings"] += _more_meetings(world, secretaries)
        audit.record(
            SYSTEM,
            "diary.seed",
            area_code=county().settings.county_code,
            subject=f"profile:{world.profile}",
            **counts,
        )
    refresh_all()
    if world.profile != "acceptance":
        _report(chief)
    return {**counts, "demo_duties": {ROLE: "写日记、走访"}}


def _secretaries(world: SeedWorld) -> dict[str, int]:
    return {
        village: world.accounts["secretary", village][0]
        for village in world.villages
        if world.accounts.get(("secretary", village))
    }


def _more_meetings(world: SeedWorld, secretaries: dict[str, int]) -> int:
    """Ordinary residents come to them: none who has an account, for that may be a governor's."""
    doors = {village: world.households[village][-_COME:] for village in secretaries}
    members = members_of([door for some in doors.values() for door in some])
    names = person_names([members[door][0] for door in members])
    known = accounts_of_persons(AreaScope((county().settings.county_code,)), names)
    people = {
        village: VillagePeople(
            secretaries[village],
            [
                (person, names[person])
                for door in some
                for person in members.get(door, ())[:1]
                if person not in known
            ],
        )
        for village, some in doors.items()
    }
    return add_meeting_rows(people, world.started_at, world.random)


def _more_works(world: SeedWorld, chief: Actor, secretaries: dict[str, int]) -> int:
    assert chief.account_id is not None
    return add_work_rows(secretaries, chief.account_id, world.started_at, world.random)


def _report(chief: Actor) -> None:
    """The county's report of last month, finished."""
    last_month = today().replace(day=1) - timedelta(days=1)
    cut_entries()
    ask_report(chief, county().settings.county_code, f"{last_month:%Y-%m}")
    write_reports()


def _chief(world: SeedWorld) -> Actor:
    (accounts,) = [found for (role, _), found in sorted(world.accounts.items()) if role == "county_admin"]
    return actor_for(accounts[0])


def _station(world: SeedWorld, chief: Actor, cadres: dict[str, int]) -> None:
    since = world.started_at.date() - timedelta(days=_DAYS)
    names = area_names(cadres)
    for place, (village, account) in enumerate(sorted(cadres.items())):
        posting_id = station(
            chief,
            NewPosting(
                account_id=account,
                kind=_kind(names.get(village, "")),
                mode="fixed",
                places=[village],
                since=since,
                unit=("县农业农村局", "县供电公司", "县纪委监委机关")[place % 3],
                field=("农业技术", "工程", "群众工作")[place % 3],
                term=24,
            ),
        )
        for item in _ITEMS:
            add_work_item(chief, posting_id, text=item, due=today() + timedelta(days=30))
        team_id = create_team(
            chief,
            village,
            TeamPlan(f"{names.get(village, '')}联村工作组", 2, "村党群服务中心一楼", "上午 9 点到 11 点"),
        )
        for role, key in (("town_official", village[:9]), (ROLE, village)):
            for number in world.accounts.get((role, key), ())[:1]:
                join_team(chief, team_id, account_id=number, role="lead" if role != ROLE else "head")


def _kind(name: str) -> str:
    """In a community's village a cadre is stationed with the community (驻社)."""
    return "community" if "社区" in name else "village"


def _written(world: SeedWorld, cadres: dict[str, int]) -> dict[str, int]:
    """A few of everything by the real services."""
    visits = entries = cases = 0
    for place, (village, account) in enumerate(sorted(cadres.items())):
        actor = actor_for(account)
        households = world.households[village][:6]
        heads = household_head_name(households)
        for number, household in enumerate(households):
            matter = _matter(world)
            if number == ROAD_AT:
                matter = ROADS[place % len(ROADS)]
            _, entry_id = record_visit(
                actor,
                NewVisit(
                    household_id=household,
                    day=today() - timedelta(days=5 * number),
                    persons=_heads(household),
                    topics=(matter.topic,),
                    text=_told(world, matter, heads.get(household, "")),
                    solved=1 if matter.settled else 0,
                    solved_note=matter.settled,
                ),
            )
            visits, entries = visits + 1, entries + 1
            # A test county begins without cases.
            is_raised = world.profile != "acceptance" and not matter.settled and number % 2 == 0
            if entry_id is not None and is_raised:
                raise_problem(actor, entry_id, Problem())
                cases += 1
        _establish(world, village)
    return {"diary_visits": visits, "diary_entries": entries, "diary_problems": cases}


def _heads(household: int) -> list[PersonSeen]:
    return [PersonSeen(person.id) for person in persons_of(household)[:1]]


def _bulk(world: SeedWorld, cadres: dict[str, int]) -> dict[str, int]:
    """Shengzhou's year as rows, spread evenly over villages and days."""
    chance, at = world.random, milliseconds(world.started_at)
    for village in sorted(cadres):
        _establish(world, village)
    doors = [(village, door) for village in sorted(cadres) for door in world.households[village]]
    heads = household_head_name([door for _, door in doors])
    areas = dict(_areas_of())
    kinds = {village: _kind(name) for village, name in area_names(cadres).items()}
    visits: list[tuple[Any, ...]] = []
    entries: list[tuple[Any, ...]] = []
    links: list[tuple[Any, ...]] = []
    needs: list[tuple[int, int, Matter]] = []
    # As in a real diary later numbers are of later days.
    ages = sorted((chance.randrange(_DAYS) for _ in range(ENTRIES)), reverse=True)
    for number, age in enumerate(ages, 1):
        village, door = doors[(number * 7919) % len(doors)]
        day = (world.started_at - timedelta(days=age)).date().isoformat()
        matter, account, area = _matter(world), cadres[village], areas.get(door, village)
        visit = number if number <= HOUSEHOLD_VISITS else None
        if visit:
            settled = int(bool(matter.settled))
            row = (visit, area, door, None, account, kinds[village], day, "yearly", matter.topic)
            visits.append((*row, settled, matter.settled, at))
        text = _told(world, matter, heads.get(door, ""))
        entries.append((number, area, account, kinds[village], day, text, "published", visit, at, at))
        links.append((number, area, "household", str(door), at))
        if matter.topic in ANSWERS and not matter.settled:
            needs.append((number, door, matter))
    shops = [(row.id, row.area_code) for row in Establishment.unscoped("rows that were made just now")]
    for number in range(ESTABLISHMENT_VISITS):
        shop, village = shops[number % len(shops)]
        day = (world.started_at - timedelta(days=chance.randrange(_DAYS))).date().isoformat()
        matter = chance.choice(BUSINESS)
        visited = (HOUSEHOLD_VISITS + number + 1, village, None, shop, cadres[village], "enterprise", day)
        visits.append(
            (*visited, "establishment", matter.topic, int(bool(matter.settled)), matter.settled, at)
        )
    raised = sorted(chance.sample(needs, PROBLEMS))
    problems = _raise(world, [(entries[number - 1], door, matter) for number, door, matter in raised])
    with_problem = {number for number, _, _ in raised}
    insert_rows(Visit, _VISIT_COLUMNS, visits)
    insert_rows(Entry, _ENTRY_COLUMNS, [(*row, int(row[0] in with_problem)) for row in entries])
    add_signs((row[0], row[4], row[1], row[3], row[5]) for row in entries)
    columns = ("entry_id", "area_code", "kind", "target", "at", "word")
    insert_rows(EntryLink, columns, [(*row, "") for row in links])
    advance_ids(Visit, Entry, EntryLink)
    return {"diary_visits": len(visits), "diary_entries": len(entries), "diary_problems": problems}


def _raise(world: SeedWorld, needs: list[tuple[tuple[Any, ...], int, Matter]]) -> int:
    """A case of each need: the row of its entry, the household it was told at, and what it is."""
    members = members_of([door for _, door, _ in needs])
    told = [
        Told(
            entry_id=number,
            area_code=area,
            account_id=account,
            person_id=members[door][0] if door in members else None,
            household_id=door,
            topic=matter.topic,
            text=text,
            # Told by day, and not after the county began.
            at=min(
                datetime.fromisoformat(f"{day}T09:00:00+08:00")
                + timedelta(minutes=world.random.randrange(540)),
                world.started_at,
            ),
        )
        for (number, area, account, _, day, text, *_), door, matter in needs
    ]
    officials = {
        place: ids[0] for (role, place), ids in world.accounts.items() if role == "town_official" and ids
    }
    return add_problem_rows(told, _secretaries(world), officials, world.started_at, world.random)


_VISIT_COLUMNS = (
    "id", "area_code", "household_id", "establishment_id", "account_id", "kind", "day", "reason", "topics",
    "solved", "solved_note", "at",
)  # fmt: skip
_ENTRY_COLUMNS = (
    "id", "area_code", "account_id", "kind", "day", "text", "state", "visit_id", "created_at", "updated_at",
    "cases",
)  # fmt: skip


def _areas_of() -> list[tuple[int, str]]:
    return open_households(AreaScope((county().settings.county_code,)))


def _establish(world: SeedWorld, village: str) -> None:
    name = area_names([village]).get(village, "")
    for place, (kind, title) in enumerate(ESTABLISHMENTS[: 2 if world.profile == "acceptance" else None]):
        ago = world.random.randrange(120)
        Establishment.create(
            area_code=village,
            kind=kind,
            name=f"{name}{title}（模拟）",
            due_on=today() + timedelta(days=30 - ago),
            opened_at=world.started_at,
            contact=("王经理", "李理事长", "张场长")[place % 3],
        )


def _matter(world: SeedWorld) -> Matter:
    return world.random.choices(MATTERS, [matter.weight for matter in MATTERS])[0]


def _told(world: SeedWorld, matter: Matter, head: str) -> str:
    text = matter.text.format(who=head or "一户人家", place=world.random.choice(PLACES))
    assert matter.topic in TOPICS
    return f"{text}{'（' + matter.settled + '）' if matter.settled else ''}（模拟）"
