"""Many households at once: sealed on the way, written at the speed of the database."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from peewee import fn

from core import audit
from core.clock import now, today
from core.county import county
from core.db import database, unit_of_work
from core.people.models import Household, Person, PersonTag
from core.people.rows import HouseholdRow, PersonRow
from core.people.sealing import seal_address, seal_citizen_ids, seal_phones
from core.people.services.residence import batches, begin_residences
from core.security import Actor

_NEW = "rows that this very unit of work has just written"
_ROWS_A_STATEMENT = 50


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
    moment = _milliseconds()
    before = _highest(Household)
    _insert_many(
        Household,
        ("area_code", "number", "address_sealed", "synthetic", "opened_at"),
        ((r.area_code, r.number, seal_address(r.address), r.synthetic, moment) for r in rows),
    )
    new = _select("SELECT area_code, number, id FROM people_household WHERE id > {}", before)
    id_of = {(area, number): key for area, number, key in new}
    ids = [id_of[row.area_code, row.number] for row in rows]
    begin_residences(before, today())
    return ids, write_persons(zip(ids, rows, strict=True))


def write_persons(households: Iterable[tuple[int, HouseholdRow]]) -> int:
    """Write the persons of households that exist; returns how many."""
    moment = _milliseconds()
    before = _highest(Person)
    tagged: list[tuple[int, str, tuple[str, ...]]] = []
    count = 0

    def living() -> Iterator[tuple[int, HouseholdRow, PersonRow]]:
        nonlocal count
        for household_id, household in households:
            for person in household.persons:
                if person.tags:
                    tagged.append((count, household.area_code, person.tags))
                count += 1
                yield household_id, household, person

    _insert_many(Person, _PERSON_COLUMNS, _person_values(living(), moment))
    if tagged:
        _write_tags(before, tagged, count)
    return count


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


def _person_values(
    living: Iterable[tuple[int, HouseholdRow, PersonRow]], moment: int
) -> Iterator[tuple[Any, ...]]:
    for some in batches(living, _ROWS_A_STATEMENT):
        ids = seal_citizen_ids([person.citizen_id for _, _, person in some])
        phones = seal_phones([person.phone for _, _, person in some])
        for (household_id, household, person), *sealed in zip(some, *ids, *phones, strict=True):
            yield (
                household_id,
                household.area_code,
                person.name,
                person.is_head,
                *sealed,
                person.risk_level,
                household.synthetic,
                moment,
            )


def _write_tags(before: int, tagged: list[tuple[int, str, tuple[str, ...]]], count: int) -> None:
    # Keys rise in the order of writing and nobody else writes meanwhile: the n-th new key is the n-th's.
    new = _select("SELECT id FROM people_person WHERE id > {} ORDER BY id", before)
    ids = [key for (key,) in new]
    assert len(ids) == count
    since = today().isoformat()
    _insert_many(
        PersonTag,
        ("person_id", "area_code", "tag", "since"),
        ((ids[place], area_code, tag, since) for place, area_code, tags in tagged for tag in tags),
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


def _select(sql: str, before: int) -> Iterable[tuple[Any, ...]]:
    """Rows that this very unit of work has just written, without the cost of making models of them."""
    rows: Iterable[tuple[Any, ...]] = database.execute_sql(sql.format(database.param), (before,))
    return rows


def _highest(model: type[Any]) -> int:
    return int(model.unscoped(_NEW, fn.MAX(model.id)).scalar() or 0)


def _milliseconds() -> int:
    return int(now().timestamp() * 1000)
