"""One grid, lists of grids, and where an old code leads."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from peewee import fn

from core.areas.api import current_code, get_area, is_current, list_areas, parent_code, path_name
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.grid.models.staffing import Staff
from plugins.grid.queries.division import GridLoad, village_load, village_loads
from plugins.grid.queries.staffing import StaffView, live, staff_of


@value_class
class GridView:
    """A grid, an old one too: `current_code` is where its code leads today (itself, mostly)."""

    code: str
    name: str
    path: str
    village_code: str
    valid_from: date
    valid_to: date | None
    current_code: str
    load: GridLoad | None
    staff: tuple[StaffView, ...]

    @property
    def is_closed(self) -> bool:
        """Whether it was merged or closed."""
        return self.valid_to is not None and self.valid_to < today()


def grid(scope: AreaScope, code: str) -> GridView:
    """One grid in `scope`, closed ones too. Raises NotFound."""
    row = get_area(code) if scope.covers(code) else None
    if row is None or row.level != "grid":
        raise NotFound
    load = next((each for each in village_load(code[:12]).grids if each.code == row.code), None)
    is_open = row.valid_from <= today() and row.valid_to is None
    return GridView(
        code=row.code,
        name=row.name,
        path=f"{load.village_name} {row.name}" if load else path_name(row.code),
        village_code=code[:12],
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        current_code=row.code if is_open else landing_code(row.code),
        load=load,
        staff=tuple(staff_of(row.code)),
    )


def list_grids(
    scope: AreaScope, *, area_code: str | None = None, page: int = 1, page_size: int = 20
) -> tuple[list[GridLoad], int]:
    """Today's grids in `scope` (and in `area_code`) by code with their figures, and how many there are."""
    if area_code is not None and not scope.covers(area_code):
        return [], 0
    wanted = AreaScope((area_code,)) if area_code else scope
    rows = [load for village in village_loads(wanted) for load in village.grids]
    rows.sort(key=lambda load: load.code)
    return rows[(page - 1) * page_size : page * page_size], len(rows)


def landing_code(code: str) -> str:
    """Where a printed code leads today: the grid's successor, or that of its village if that was merged.

    The code itself where nothing is known of it.
    """
    last = current_code(code)
    if is_current(last):
        return last
    above = parent_code(last)
    if above is None or len(above) < 12:
        return last
    return landing_code(above)


def vacancies(scope: AreaScope) -> Mapping[str, int]:
    """Role -> how many of today's grids in `scope` nobody holds it in; three statements."""
    total = list_areas(scope, level="grid", on_date=today(), page_size=1)[1]
    rows: Any = Staff.within(scope, Staff.role, fn.COUNT(Staff.area_code.distinct()))
    held = dict(rows.where(live(today())).group_by(Staff.role).tuples())
    return {role: total - held.get(role, 0) for role in ("leader", "member", "assistant")}
