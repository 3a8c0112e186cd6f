"""Drawing and importing borders: checked against the village's outline and the sister grids."""

from datetime import date

from core import audit
from core.areas.api import children, get_area
from core.clock import now, today
from core.db import unit_of_work
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from plugins.grid.errors import BoundaryUnreadable, GridGone
from plugins.grid.geometry.checks import clean_ring, demand_apart, demand_inside
from plugins.grid.geometry.datum import DATUMS
from plugins.grid.geometry.geojson import read_boundary, read_layer, write_geometry
from plugins.grid.geometry.ground import Ring
from plugins.grid.models.division import Boundary
from plugins.grid.queries.boundaries import BoundaryView, boundaries_of

DIVIDE = "grid.divide"
GRID_DIGITS, VILLAGE_DIGITS = 15, 12


def set_boundary(
    actor: Actor, area_code: str, raw_geojson: str, *, datum: str, source: str = "drawn"
) -> None:
    """Give a grid its border, or a village its outline, from today on.

    Raises NotFound, GridGone and the refusals of errors.boundaries, each with the place.
    """
    scope = actor.demand(DIVIDE, area_code)
    ring = read_boundary(raw_geojson)
    with unit_of_work():
        _demand_current(area_code)
        _put(actor, scope, {area_code: clean_ring(ring)}, datum, source)


def import_boundaries(actor: Actor, village_code: str, raw_geojson: str, *, datum: str) -> int:
    """A layer with the borders of several grids of a village (or its outline); returns how many.

    All of them or none. Raises what `set_boundary` raises.
    """
    scope = actor.demand(DIVIDE, village_code)
    layer = read_layer(raw_geojson)
    with unit_of_work():
        for code in layer:
            if code[:VILLAGE_DIGITS] != village_code:
                raise NotFound
            _demand_current(code)
        _put(actor, scope, {code: clean_ring(ring) for code, ring in layer.items()}, datum, "imported")
    return len(layer)


def clear_boundary(actor: Actor, area_code: str) -> None:
    """Take a border away, from today on. Raises NotFound."""
    actor.demand(DIVIDE, area_code)
    with unit_of_work():
        if not end_boundary(area_code, today()):
            raise NotFound
        audit.record(actor, "grid.clear_boundary", area_code=area_code, subject=f"area:{area_code}")


def write_boundary(actor: Actor, area_code: str, ring: Ring, datum: str, source: str) -> None:
    """Put a checked ring in the place of the one before; inside the caller's unit of work."""
    end_boundary(area_code, today())
    Boundary.create(
        area_code=area_code,
        geometry=write_geometry(ring),
        datum=datum,
        source=source,
        since=today(),
        account_id=actor.account_id,
        recorded_at=now(),
    )


def end_boundary(area_code: str, day: date) -> int:
    """The border holds no longer from `day` on; returns how many rows that ended."""
    held = (Boundary.area_code == area_code) & Boundary.until.is_null()
    return int(Boundary.update(until=day).where(held).execute())


def _demand_current(area_code: str) -> None:
    row = get_area(area_code)
    if row is None or len(area_code) not in (GRID_DIGITS, VILLAGE_DIGITS):
        raise NotFound
    if row.valid_to is not None and row.valid_to < today():
        raise GridGone


def _put(actor: Actor, scope: AreaScope, rings: dict[str, Ring], datum: str, source: str) -> None:
    if datum not in DATUMS:
        raise BoundaryUnreadable
    for village in sorted({code[:VILLAGE_DIGITS] for code in rings}):
        _check_village(village, rings, datum)
    for code, ring in sorted(rings.items()):
        write_boundary(actor, code, ring, datum, source)
        audit.record(
            actor,
            "grid.set_boundary",
            area_code=code,
            subject=f"area:{code}",
            points=len(ring),
            datum=datum,
            source=source,
        )
    assert scope.prefixes


def _check_village(village: str, rings: dict[str, Ring], datum: str) -> None:
    """The new rings among themselves, with the sisters that stay, and inside the outline."""
    codes = [row.code for row in children(AreaScope((village,)), village)]
    held = boundaries_of([village, *codes])
    outline = _outline(village, rings, held, datum)
    fresh = {code: ring for code, ring in rings.items() if len(code) == GRID_DIGITS}
    stay = {code: view for code, view in held.items() if len(code) == GRID_DIGITS and code not in fresh}
    others = [(view.name, view.in_datum(datum)) for view in stay.values()]
    if outline is not None:
        inside = [*fresh.values(), *(ring for _, ring in others if village in rings)]
        for ring in inside:
            demand_inside(ring, outline)
    for code, ring in fresh.items():
        demand_apart(ring, others)
        row = get_area(code)
        others.append((row.name if row else code, ring))


def _outline(village: str, rings: dict[str, Ring], held: dict[str, BoundaryView], datum: str) -> Ring | None:
    if village in rings:
        return rings[village]
    return held[village].in_datum(datum) if village in held else None
