"""Borders for the grids of a synthetic county: rectangles side by side, village beside village."""

import math
from typing import Any

from core import audit
from core.areas.api import list_areas, open_area
from core.clock import now, today
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import headcounts
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from plugins.grid.geometry.geojson import write_geometry
from plugins.grid.geometry.ground import Ring
from plugins.grid.models.division import Boundary

# Degrees; a village of this size holds some 3 x 3 km.
VILLAGE_WIDTH, VILLAGE_HEIGHT, GAP = 0.032, 0.027, 0.004
GRIDS_OF_ACCEPTANCE = 2
_CHUNK = 200


def seed_division(world: SeedWorld) -> dict[str, Any]:
    """Give every village an outline and every grid a border; returns the grids for the JSON of `seed`."""
    code = county().settings.county_code
    with unit_of_work():
        if world.profile == "acceptance":
            _open_grids(world)
        grids = _grids_by_village(world)
        rows = []
        for place, village in enumerate(world.villages):
            outline = _outline(place, len(world.villages))
            rows.append(_row(village, outline))
            rows += [
                _row(grid, ring)
                for (grid, _), ring in zip(
                    grids[village], _strips(outline, _weights(grids[village])), strict=True
                )
            ]
        for start in range(0, len(rows), _CHUNK):
            Boundary.insert_many(rows[start : start + _CHUNK]).execute()
        audit.record(SYSTEM, "grid.seed", area_code=code, subject="grid:borders", borders=len(rows))
    shown = [
        {"id": grid, "area_code": grid, "village_code": village}
        for village, held in grids.items()
        for grid, _ in held
    ]
    return {"grids": shown if world.profile != "county" else shown[:20]}


def _open_grids(world: SeedWorld) -> None:
    """A trial finds grids in each village; its households and posts stay at the village, as promised."""
    for village in world.villages:
        for number in range(1, GRIDS_OF_ACCEPTANCE + 1):
            open_area(
                SYSTEM, AreaScope((village,)), parent_code=village, name=f"第{number}网格", since=today()
            )


def _grids_by_village(world: SeedWorld) -> dict[str, list[tuple[str, int]]]:
    """Village -> its grids with how many households each holds."""
    scope = AreaScope((county().settings.county_code,))
    heads = headcounts(scope)
    found: dict[str, list[tuple[str, int]]] = {village: [] for village in world.villages}
    for area in list_areas(scope, level="grid", on_date=today(), page_size=100_000)[0]:
        if area.code[:12] in found:
            households = heads[area.code].households if area.code in heads else 0
            found[area.code[:12]].append((area.code, households))
    return found


def _weights(grids: list[tuple[str, int]]) -> list[float]:
    return [max(households, 1) for _, households in grids]


def _outline(place: int, count: int) -> Ring:
    columns = max(1, math.ceil(math.sqrt(count)))
    settings = plugin_settings("grid")
    west = settings["map_longitude"] + (place % columns) * (VILLAGE_WIDTH + GAP)
    south = settings["map_latitude"] + (place // columns) * (VILLAGE_HEIGHT + GAP)
    return _rectangle(west, south, west + VILLAGE_WIDTH, south + VILLAGE_HEIGHT)


def _strips(outline: Ring, weights: list[float]) -> list[Ring]:
    """The outline in two rows of rectangles, each as wide as its share: neighbours share their borders."""
    if not weights:
        return []
    (west, south), (east, north) = outline[0], outline[2]
    half = (len(weights) + 1) // 2
    rows = [weights[:half], weights[half:]] if len(weights) > 2 else [weights]
    total, rings, low = sum(weights), [], south
    for row in rows:
        high = low + (north - south) * sum(row) / total
        left = west
        for weight in row:
            right = left + (east - west) * weight / sum(row)
            rings.append(_rectangle(left, low, right, high))
            left = right
        low = high
    return rings


def _rectangle(west: float, south: float, east: float, north: float) -> Ring:
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return [(round(lng, 6), round(lat, 6)) for lng, lat in corners]


def _row(code: str, ring: Ring) -> dict[str, Any]:
    return {
        "area_code": code,
        "geometry": write_geometry(ring),
        "datum": plugin_settings("grid")["map_datum"],
        "source": "seed",
        "since": today(),
        "recorded_at": now(),
    }
