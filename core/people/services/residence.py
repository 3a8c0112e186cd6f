"""Dated rows of where households stand; written by every service that registers, moves or ends one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TypeVar

from core.db import database, engine
from core.people.models import Residence

_BATCH = 5_000
Item = TypeVar("Item")


def begin_residences(after_id: int, day: date) -> None:
    """For the households with an id above `after_id`, which this unit of work has just written."""
    typed = "{0}::date" if engine() == "postgresql" else "{0}"
    sql = "INSERT INTO people_residence (household_id, area_code, since) SELECT id, area_code, "
    sql += typed + " FROM people_household WHERE id > {0}"
    database.execute_sql(sql.format(database.param), (day.isoformat(), after_id))


def end_residences(household_ids: Iterable[int], day: date) -> None:
    """They stand where they stood no longer, from `day` on."""
    for some in batches(sorted(household_ids)):
        Residence.update(until=day).where(
            Residence.household_id.in_(some) & Residence.until.is_null()
        ).execute()


def move_residences(targets: Mapping[int, str], day: date) -> None:
    """From `day` on households stand elsewhere: household -> area code."""
    end_residences(targets, day)
    rows = [{"household_id": key, "area_code": code, "since": day} for key, code in sorted(targets.items())]
    for some in batches(rows, 500):
        Residence.insert_many(some).execute()


def batches(values: Iterable[Item], size: int = _BATCH) -> Iterator[list[Item]]:
    """`values` in lists that one statement can carry."""
    walk = iter(values)
    while some := list(islice(walk, size)):
        yield some
