"""The month's figures as a file, on the record."""

from collections.abc import Sequence
from typing import Any

from core import audit
from core.db import unit_of_work
from core.security import Actor
from core.sheets import CSV_TYPE, csv_bytes
from plugins.call_button.queries.figures import FIGURES


def export_figures(
    actor: Actor, area_code: str, month: str, table: Sequence[Sequence[Any]]
) -> tuple[str, str, bytes]:
    """File name, media type and content of a month's table. Raises Forbidden, NotFound."""
    actor.demand(FIGURES, area_code)
    with unit_of_work():
        audit.record(
            actor,
            "call_button.export_figures",
            area_code=area_code,
            subject="export:csv",
            month=month,
            rows=len(table) - 1,
        )
    return f"calls-{month}.csv", CSV_TYPE, csv_bytes(table)
