"""Taking a list of residents out of the house: masked, harmless in a spreadsheet, on the record."""

from collections.abc import Iterator
from typing import Any, Literal

from core import audit
from core.areas.api import path_names
from core.db import unit_of_work
from core.people import queries
from core.people.words import RISK_LEVELS, TAGS
from core.scope import AreaScope
from core.security import Actor
from core.sheets import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from core.text import N_

HEADINGS = (
    N_("区划代码"),
    N_("区域"),
    N_("户编号"),
    N_("姓名"),
    N_("是否户主"),
    N_("公民身份号码（打码）"),
    N_("电话（打码）"),
    N_("风险等级"),
    N_("标签"),
)
Kind = Literal["csv", "xlsx"]


def export_households(
    actor: Actor, *, kind: Kind, search: str = "", area_code: str | None = None
) -> tuple[str, str, bytes]:
    """File name, media type and content: one row a person of the households that the list would show.

    ID numbers and phones stay masked whoever asks. `people.export` is enough for any number of
    persons; the record says how many went out, so that large ones can be found.
    """
    scope = actor.demand("people.export")
    rows = list(_rows(scope, search, area_code))
    table = [HEADINGS, *rows]
    with unit_of_work():
        audit.record(
            actor,
            "people.export_households",
            area_code=area_code if area_code and scope.covers(area_code) else scope.prefixes[0],
            subject=f"export:{kind}",
            persons=len(rows),
        )
    if kind == "csv":
        return "households.csv", CSV_TYPE, csv_bytes(table)
    return "households.xlsx", XLSX_TYPE, xlsx_bytes("居民", table)


def _rows(scope: AreaScope, search: str, area_code: str | None) -> Iterator[tuple[Any, ...]]:
    paths: dict[str, str] = {}
    for number, person in queries.listed_persons(scope, search=search, area_code=area_code):
        if person.area_code not in paths:
            paths |= path_names([person.area_code])
        yield (
            person.area_code,
            paths[person.area_code],
            number,
            person.name,
            "是" if person.is_head else "",
            person.citizen_id_masked,
            person.phone_masked,
            RISK_LEVELS[person.risk_level],
            "、".join(TAGS[tag] for tag in person.tags),
        )
