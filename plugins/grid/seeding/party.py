"""A synthetic branch on the grid: a member for every tenth household, links in three colours, deeds."""

from datetime import date, timedelta
from typing import Any

from peewee import fn

from core.clock import today
from core.db import insert_rows, milliseconds, rows
from core.hookspecs import SeedWorld
from core.people.api import roll
from core.scope import AreaScope
from core.security import Actor
from plugins.grid.models.party import DeedKind, PartyGroup, PartyLink, PartyMember
from plugins.grid.party_words import visit_days
from plugins.grid.services.deeds import record_deed

HOUSEHOLDS_A_MEMBER = 10
LINKS_A_MEMBER = 5
_COLOURS, _SHARES = ("yellow", "orange", "red"), (80, 15, 5)
KINDS = (
    ("调解邻里纠纷", 5),
    ("帮办代办", 2),
    ("参加环境整治", 2),
    ("上报安全隐患", 1),
    ("抢险救灾", 8),
    ("无故不参加组织生活", -3),
)
MOST_DEEDS = 300
_MADE = "rows that were made just now"


def found_branch(world: SeedWorld, persons_on_duty: set[int]) -> tuple[int, int]:
    """Groups, members and links; returns how many members and links.

    `persons_on_duty`: persons with accounts of grid staff, who are members first, so that a trial sees the
    visits of whoever logs in.
    """
    groups: dict[str, int] = {}
    members: list[tuple[Any, ...]] = []
    households: dict[str, list[int]] = {}
    started = milliseconds(world.started_at - timedelta(days=300))
    for village in world.villages:
        for household, area_code, person, is_head in roll(AreaScope((village,)), village):
            if area_code not in groups:
                groups[area_code] = len(groups) + 1
                households[area_code] = []
            if is_head:
                households[area_code].append(household)
            tenth = is_head and len(households[area_code]) % HOUSEHOLDS_A_MEMBER == 1
            if person in persons_on_duty or tenth:
                members.append((groups[area_code], person, area_code, False, "2026-01-01"))
    first_group, first_member = _highest(PartyGroup) + 1, _highest(PartyMember) + 1
    insert_rows(
        PartyGroup,
        ("id", "area_code", "name", "opened_at"),
        ((first_group - 1 + number, code, "网格党小组", started) for code, number in groups.items()),
    )
    numbered = [
        (first_member + place, first_group - 1 + group, *rest) for place, (group, *rest) in enumerate(members)
    ]
    insert_rows(PartyMember, ("id", "group_id", "person_id", "area_code", "is_head", "since"), numbered)
    links = _links(world, numbered, households)
    insert_rows(PartyLink, _LINK_COLUMNS, links)
    return len(members), len(links)


_LINK_COLUMNS = (
    "member_id", "household_id", "area_code", "colour", "state", "proposed_by", "proposed_at", "answered_at",
    "on_behalf", "last_visit", "next_due",
)  # fmt: skip


def _links(
    world: SeedWorld, members: list[tuple[Any, ...]], households: dict[str, list[int]]
) -> list[tuple[Any, ...]]:
    by_area: dict[str, list[int]] = {}
    for number, _, _, area_code, *_ in members:
        by_area.setdefault(area_code, []).append(number)
    days = {colour: visit_days(colour) for colour in _COLOURS}
    asked = milliseconds(world.started_at - timedelta(days=200))
    found = []
    for area_code, numbers in by_area.items():
        for place, household in enumerate(households[area_code][: len(numbers) * LINKS_A_MEMBER]):
            colour = world.random.choices(_COLOURS, _SHARES)[0]
            # One in ten is late.
            last = today() - timedelta(days=int(world.random.random() * days[colour] * 1.1))
            due = last + timedelta(days=days[colour])
            side = world.random.choice(("member", "household"))
            link = (numbers[place % len(numbers)], household, area_code, colour, "active", side, asked, asked)
            found.append((*link, False, last.isoformat(), due.isoformat()))
    return found


def write_deeds(world: SeedWorld, actor: Actor) -> int:
    """A few deeds of the year by the real service, so that the record holds them; returns how many."""
    for title, points in KINDS:
        DeedKind.insert(title=title, points=points).execute()
    kinds = [row.id for row in DeedKind.select().order_by(DeedKind.id)]
    members = PartyMember.unscoped(_MADE, PartyMember.id).order_by(PartyMember.id).limit(MOST_DEEDS)
    count = 0
    for (member_id,) in rows(members):
        day = max(date(today().year, 1, 1), today() - timedelta(days=world.random.randint(0, 90)))
        record_deed(actor, member_id=member_id, kind_id=world.random.choice(kinds), day=day, note="（模拟）")
        count += 1
    return count


def _highest(model: Any) -> int:
    return int(model.unscoped(_MADE, fn.MAX(model.id)).scalar() or 0)
