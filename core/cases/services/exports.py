"""Taking figures of cases out of the house: numbers only, on the record."""

from collections.abc import Sequence
from typing import Any, Literal

from core import audit
from core.cases.queries.reach import VIEW
from core.db import unit_of_work
from core.security import Actor
from core.sheets import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes

Kind = Literal["csv", "xlsx"]


def export_figures(
    actor: Actor, *, kind: Kind, area_code: str, title: str, table: Sequence[Sequence[Any]]
) -> tuple[str, str, bytes]:
    """File name, media type and content of figures of `area_code`. Raises NotFound outside one's areas."""
    actor.demand(VIEW, area_code)
    with unit_of_work():
        audit.record(
            actor, "cases.export_figures", area_code=area_code, subject=f"export:{kind}", rows=len(table)
        )
    if kind == "csv":
        return "cases.csv", CSV_TYPE, csv_bytes(table)
    return "cases.xlsx", XLSX_TYPE, xlsx_bytes(title, table)
