"""All reads of boundaries."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from core.areas.api import area_names
from core.clock import today
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.grid.geometry.datum import convert
from plugins.grid.geometry.geojson import stored_ring
from plugins.grid.geometry.ground import Ring
from plugins.grid.models.division import Boundary

PUBLIC = "borders of divisions are public, and a border is checked against its neighbours'"


@value_class
class BoundaryView:
    """A border: `ring` of (longitude, latitude) in `datum`, anticlockwise, not closed."""

    area_code: str
    name: str
    ring: Ring
    datum: str
    source: str
    since: date

    def in_datum(self, datum: str) -> Ring:
        """The ring as the other layer writes it."""
        return convert(self.ring, self.datum, datum)


def boundaries(scope: AreaScope, *, on: date | None = None) -> dict[str, BoundaryView]:
    """Area code -> border of the grids and villages in `scope` on a day (today)."""
    return _views(Boundary.within(scope), on)


def boundaries_of(area_codes: Iterable[str], *, on: date | None = None) -> dict[str, BoundaryView]:
    """The same for areas that the caller names."""
    return _views(Boundary.unscoped(PUBLIC).where(Boundary.area_code.in_(list(area_codes))), on)


def bounded_codes(scope: AreaScope) -> set[str]:
    """The codes that have a border today, without reading the borders."""
    rows: Any = Boundary.within(scope, Boundary.area_code).where(Boundary.until.is_null())
    return {code for (code,) in rows.tuples()}


def _views(query: Any, on: date | None) -> dict[str, BoundaryView]:
    day = on or today()
    held = Boundary.until.is_null() | (Boundary.until > day)
    rows = list(query.where((Boundary.since <= day) & held).order_by(Boundary.area_code, Boundary.id))
    names = area_names(row.area_code for row in rows)
    return {
        row.area_code: BoundaryView(
            row.area_code,
            names.get(row.area_code, row.area_code),
            stored_ring(row.geometry),
            row.datum,
            row.source,
            row.since,
        )
        for row in rows
    }
