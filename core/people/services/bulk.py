"""Many households at once: sealed on the way, written at the speed of the database."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any

from peewee import fn

from core import audit
from core.clock import now, today
from core.county import county
from core.db import database, indexes_afterwards, unit_of_work
from core.people.models import Household, Person, PersonTag
from core.people.rows import HouseholdRow, PersonRow
from core.people.sealing import Numbers, seal_addresses, sealing_numbers
from core.people.sealing_aside import Sealed
from core.people.services.residence import batches, begin_residences
from core.security import Actor

_NEW = "rows that this very unit of work has just written"
_ROWS_A_STATEMENT = 50
# Persons that are sealed at once.
_BLOCK = 500
# A household's id, the household, one of its persons.
Living = tuple[int, HouseholdRow, PersonRow]


def bulk_insert_households(
    actor: Actor,
    rows: Sequence[HouseholdRow],
    *,
    area_code: str | None = None,
    action: str = "people.import_households",
    subject: str = "households:bulk",
) -> list[int]:
    """Write checked households with their persons; returns their ids in the order of `rows`.

    One unit of work, one audit line (in `area_code`, else the county). It checks neither permission
    nor numbers: callers do, or make the data themselves (the demo county).
    """
    with unit_of_work():
        ids, persons = write_households(rows)
        audit.record(
            actor,
            action,
            area_code=area_code or county().settings.county_code,
            subject=subject,
            households=len(ids),
            persons=persons,
        )
    return ids


def write_households(rows: Sequence[HouseholdRow]) -> tuple[list[int], int]:
    """Write `rows` inside the current unit of work; returns household ids and the number of persons."""
    with _sealing(rows) as sealed:  # begins with the persons while the households are written
        before = _highest(Household)
        _insert_many(
            Household,
            ("area_code", "number", "address_sealed", "synthetic", "opened_at"),
            _household_values(rows, _milliseconds()),
        )
        ids = _new_ids(Household, before, len(rows))
        begin_residences(before, today())
        return ids, _write_persons(ids, rows, sealed)


def write_persons(household_id: int, row: HouseholdRow) -> None:
    """Write the persons of a household that exists."""
    with _sealing([row]) as sealed:
        _write_persons([household_id], [row], sealed)


def _sealing(rows: Sequence[HouseholdRow]) -> AbstractContextManager[Iterator[Sealed]]:
    def numbers() -> Iterator[Numbers]:
        for some in batches((person for row in rows for person in row.persons), _BLOCK):
            yield [person.citizen_id for person in some], [person.phone for person in some]

    return sealing_numbers(numbers, sum(len(row.persons) for row in rows))


def _write_persons(ids: Sequence[int], rows: Sequence[HouseholdRow], sealed: Iterator[Sealed]) -> int:
    before = _highest(Person)
    living = [(key, row, person) for key, row in zip(ids, rows, strict=True) for person in row.persons]
    with indexes_afterwards(Person, len(living), before=before):
        _insert_many(Person, _PERSON_COLUMNS, _person_values(living, sealed, _milliseconds()))
    if any(person.tags for _, _, person in living):
        _write_tags(_new_ids(Person, before, len(living)), living)
    return len(living)


_PERSON_COLUMNS = (
    "household_id",
    "area_code",
    "name",
    "is_head",
    "citizen_id_sealed",
    "citizen_id_index",
    "phone_sealed",
    "phone_index",
    "risk_level",
    "synthetic",
    "created_at",
)


def _household_values(rows: Iterable[HouseholdRow], moment: int) -> Iterator[tuple[Any, ...]]:
    for some in batches(rows, _BLOCK):
        addresses = seal_addresses([row.address for row in some])
        for row, address in zip(some, addresses, strict=True):
            yield row.area_code, row.number, address, row.synthetic, moment


def _person_values(
    living: Iterable[Living], sealed: Iterator[Sealed], moment: int
) -> Iterator[tuple[Any, ...]]:
    for some in batches(living, _BLOCK):
        persons = [person for _, _, person in some]
        yield from zip(
            [household_id for household_id, _, _ in some],
            [household.area_code for _, household, _ in some],
            [person.name for person in persons],
            [person.is_head for person in persons],
            *next(sealed),
            *next(sealed),
            [person.risk_level for person in persons],
            [household.synthetic for _, household, _ in some],
            [moment] * len(some),
            strict=True,
        )


def _write_tags(ids: Sequence[int], living: Iterable[Living]) -> None:
    since = today().isoformat()
    _insert_many(
        PersonTag,
        ("person_id", "area_code", "tag", "since"),
        (
            (key, household.area_code, tag, since)
            for key, (_, household, person) in zip(ids, living, strict=True)
            for tag in person.tags
        ),
    )


def _insert_many(model: type[Any], columns: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    """Many rows a statement, which takes SQLite a third less time than one a row; keys rise with `values`.

    Building statements through the model costs four times the insert.
    """
    head = f"INSERT INTO {model._meta.table_name} ({', '.join(columns)}) VALUES "  # noqa: S608
    row = f"({', '.join([database.param] * len(columns))})"
    cursor = database.cursor()
    for some in batches(values, _ROWS_A_STATEMENT):
        cursor.execute(head + ", ".join([row] * len(some)), list(chain.from_iterable(some)))


def _new_ids(model: type[Any], before: int, count: int) -> list[int]:
    """The ids of the rows that this very unit of work has just written, in the order of writing."""
    # Keys rise in that order, and nobody else writes meanwhile.
    sql = f"SELECT id FROM {model._meta.table_name} WHERE id > {database.param} ORDER BY id"  # noqa: S608
    ids = [key for (key,) in database.execute_sql(sql, (before,))]
    assert len(ids) == count
    return ids


def _highest(model: type[Any]) -> int:
    return int(model.unscoped(_NEW, fn.MAX(model.id)).scalar() or 0)


def _milliseconds() -> int:
    return int(now().timestamp() * 1000)
