"""Where households stand, with their persons, and where they stood: for every service that changes it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TypeVar

from core.db import database, engine
from core.people.models import Person, PersonTag, Residence

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


def move_persons(household_ids: Collection[int], area_code: str) -> None:
    """The persons of households, and the tags of these persons, stand where the households stand."""
    Person.update(area_code=area_code).where(Person.household_id.in_(household_ids)).execute()
    moved = Person.unscoped("persons of moved households", Person.id).where(
        Person.household_id.in_(household_ids)
    )
    PersonTag.update(area_code=area_code).where(PersonTag.person_id.in_(moved)).execute()


def batches(values: Iterable[Item], size: int = _BATCH) -> Iterator[list[Item]]:
    """`values` in lists that one statement can carry."""
    walk = iter(values)
    while some := list(islice(walk, size)):
        yield some
