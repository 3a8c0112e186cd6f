"""Synthetic household files: at county size about 710,000 values, as fresh as Longyou's."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from core.db import insert_rows, milliseconds
from core.hookspecs import SeedWorld
from core.people.api import roll
from core.scope import AreaScope
from plugins.grid.file_values import pick_of, seal_value
from plugins.grid.models.files import DayRefresh, FileValue, HouseholdFile
from plugins.grid.shipped import Item, shipped

# What every household's file holds, with the shares of each choice.
_HOUSEHOLD = (
    ("residence_state", ("settled", "part_year", "away", "vacant"), (70, 12, 14, 4)),
    ("house_structure", ("frame", "brick", "brick_wood", "earth"), (25, 60, 12, 3)),
    ("house_safety", ("a", "b", "c", "d"), (80, 17, 2, 1)),
    ("contracted_land", ("2.4", "3.5", "4.1", "5.6", "7.2"), (20, 30, 25, 15, 10)),
)
# Of each person the first, and of three in four the second.
_PERSON = (
    ("medical_insurance", ("resident", "employee", "none"), (82, 15, 3)),
    (
        "occupation",
        ("farm", "local", "away", "business", "study", "retired", "none"),
        (22, 18, 25, 6, 14, 12, 3),
    ),
)
_SENSITIVE_SHARE = 0.02
# How old a file is: up to so many days, and how many of a hundred are.
_AGES = ((1, 38), (7, 34), (30, 18), (200, 9))
_VALUE_COLUMNS = (
    "household_id", "person_id", "item", "area_code", "pick", "value", "sealed", "at", "account_id"
)  # fmt: skip
_HEAD_COLUMNS = ("household_id", "area_code", "updated_at", "account_id", "filled")


def fill_files(world: SeedWorld, account_of: dict[str, int]) -> int:
    """Files for every household; returns how many values. `account_of`: area -> who updates files there."""
    items = {item.code: item for item in shipped().items}
    days: dict[tuple[str, str], list[int]] = {}
    count = 0
    for done, village in enumerate(world.villages, 1):
        values, heads = [], []
        for household, area_code, persons in _households(village):
            at = _updated_at(world.random, world.started_at)
            account = account_of.get(area_code)
            rows = list(_values(world.random, items, household, area_code, persons, at, account))
            values += rows
            heads.append((household, area_code, at, account, len(rows)))
            _count_day(days, world.started_at, area_code, at, len(rows))
        insert_rows(FileValue, _VALUE_COLUMNS, values)
        insert_rows(HouseholdFile, _HEAD_COLUMNS, heads)
        count += len(values)
        world.say(done, len(world.villages))
    insert_rows(
        DayRefresh,
        ("area_code", "day", "files", "changes"),
        ((area_code, day, *figures) for (area_code, day), figures in days.items()),
    )
    return count


def _households(village: str) -> Iterator[tuple[int, str, list[int]]]:
    persons: dict[tuple[int, str], list[int]] = {}
    for household, area_code, person, _ in roll(AreaScope((village,)), village):
        persons.setdefault((household, area_code), []).append(person)
    for (household, area_code), members in persons.items():
        yield household, area_code, members


def _values(
    chance: random.Random,
    items: dict[str, Item],
    household: int,
    area_code: str,
    persons: list[int],
    at: int,
    account: int | None,
) -> Iterator[tuple[Any, ...]]:
    wanted = [(0, *line) for line in _HOUSEHOLD]
    for person in persons:
        wanted.append((person, *_PERSON[0]))
        if chance.random() < 0.75:
            wanted.append((person, *_PERSON[1]))
    for person, code, choices, shares in wanted:
        value = chance.choices(choices, shares)[0]
        yield household, person, code, area_code, pick_of(items[code], value), value, None, at, account
    if chance.random() < _SENSITIVE_SHARE:
        sealed = seal_value(f"模拟账号 {household}")
        yield household, 0, "bank_account", area_code, "", "", sealed, at, account


def _updated_at(chance: random.Random, now: datetime) -> int:
    days, _ = chance.choices(_AGES, [share for _, share in _AGES])[0]
    return milliseconds(now - timedelta(minutes=chance.randint(10, days * 1440 - 10)))


def _count_day(
    days: dict[tuple[str, str], list[int]], now: datetime, area_code: str, at: int, changes: int
) -> None:
    moment = now - timedelta(milliseconds=milliseconds(now) - at)
    figures = days.setdefault((area_code, moment.date().isoformat()), [0, 0])
    figures[0] += 1
    figures[1] += changes
