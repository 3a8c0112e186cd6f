"""Taking household files out of the house: masked, harmless in a spreadsheet, on the record."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from core import audit
from core.areas.api import path_names
from core.db import unit_of_work
from core.people.api import household_counts, household_numbers, person_names
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.sheets import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from core.text import N_
from plugins.grid.errors.files import ExportTooLarge
from plugins.grid.file_values import in_words
from plugins.grid.models.files import NEVER, FileValue, HouseholdFile
from plugins.grid.queries.files import MASKED
from plugins.grid.queries.items import list_items
from plugins.grid.queries.narrowing import narrowed
from plugins.grid.shipped import Item

Kind = Literal["csv", "xlsx"]
MOST_HOUSEHOLDS = 10_000
HEADINGS = (N_("区划代码"), N_("区域"), N_("户编号"), N_("姓名"), N_("更新时间"))


def export_files(actor: Actor, *, kind: Kind, area_code: str) -> tuple[str, str, bytes]:
    """File name, media type and content: one row a household and one a person with values of their own.

    Sensitive values are masked whoever asks. Raises NotFound (outside one's areas), ExportTooLarge.
    """
    scope = actor.demand("grid.file_export", area_code)
    counts = household_counts(narrowed(scope, area_code))
    if sum(counts.values()) > MOST_HOUSEHOLDS:
        raise ExportTooLarge(most=MOST_HOUSEHOLDS)
    items = list_items(retired=True)
    table = [(*HEADINGS, *(item.title for item in items)), *_rows(scope, area_code, sorted(counts), items)]
    with unit_of_work():
        audit.record(
            actor,
            "grid.export_files",
            area_code=area_code,
            subject=f"export:{kind}",
            rows=len(table) - 1,
        )
    if kind == "csv":
        return "files.csv", CSV_TYPE, csv_bytes(table)
    return "files.xlsx", XLSX_TYPE, xlsx_bytes("民情档案", table)


def _rows(
    scope: AreaScope, area_code: str, places: list[str], items: list[Item]
) -> Iterator[tuple[Any, ...]]:
    paths = path_names(places)
    values = _values(scope, area_code, {item.code: item for item in items})
    names = person_names({person_id for _, person_id in values if person_id})
    updated = _updated(scope, area_code)
    persons: dict[int, list[int]] = {}
    for household_id, person_id in sorted(values):
        if person_id:
            persons.setdefault(household_id, []).append(person_id)
    for place in places:
        for household_id, number, _ in household_numbers(scope, place):
            for person_id in (0, *persons.get(household_id, ())):
                held = values.get((household_id, person_id), {})
                cells = [held.get(item.code, "") for item in items]
                yield (
                    place,
                    paths[place],
                    number,
                    names.get(person_id, ""),
                    updated.get(household_id, ""),
                    *cells,
                )


def _values(
    scope: AreaScope, area_code: str, items: Mapping[str, Item]
) -> dict[tuple[int, int], dict[str, str]]:
    rows = FileValue.within(scope).where(
        (FileValue.area_code >= area_code) & (FileValue.area_code < area_code + AFTER_DIGITS)
    )
    held: dict[tuple[int, int], dict[str, str]] = {}
    for row in rows.iterator():
        item = items.get(row.item)
        if item is not None:
            text = MASKED if row.sealed is not None or item.sensitive else in_words(item, row.value)
            held.setdefault((row.household_id, row.person_id), {})[row.item] = text
    return held


def _updated(scope: AreaScope, area_code: str) -> dict[int, str]:
    rows = HouseholdFile.within(scope).where(
        (HouseholdFile.area_code >= area_code) & (HouseholdFile.area_code < area_code + AFTER_DIGITS)
    )
    return {
        row.household_id: f"{row.updated_at:%Y-%m-%d}" for row in rows.iterator() if row.updated_at > NEVER
    }
