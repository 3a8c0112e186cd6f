"""Borders of grids: drawn and imported, held against the village and the sisters, dated, in two datums."""

import json
from datetime import timedelta

import pytest

from core.clock import today
from core.errors import Forbidden, NotFound
from core.scope import AreaScope
from plugins.grid.errors import BoundaryCrossesItself, BoundaryOutside, BoundaryOverlaps
from plugins.grid.geometry.datum import GCJ02, WGS84, convert
from plugins.grid.queries.boundaries import boundaries, boundaries_of
from plugins.grid.services.boundaries import clear_boundary, import_boundaries, set_boundary
from tests.plugins.grid.ground.village import (
    FIRST,
    SECOND,
    SISTER,
    SISTER_GRID,
    THIRD,
    VILLAGE,
    Village,
    geojson,
    outline,
    rectangle,
    strip,
)


def test_borders_side_by_side_within_the_outline_are_kept(village: Village) -> None:
    village.draw()
    held = boundaries(AreaScope((VILLAGE,)))
    assert list(held) == [VILLAGE, FIRST, SECOND, THIRD]
    assert held[FIRST].ring == strip(0)


def test_a_border_outside_its_village_is_refused_with_the_place_and_nothing_is_kept(village: Village) -> None:
    village.draw()
    with pytest.raises(BoundaryOutside) as caught:
        set_boundary(village.secretary, FIRST, geojson(rectangle(115.92, 31.85, 115.93, 31.855)), datum=WGS84)
    assert caught.value.params["place"]
    assert boundaries_of([FIRST])[FIRST].ring == strip(0)


def test_a_border_that_crosses_itself_is_refused(village: Village) -> None:
    crossed = [(115.93, 31.85), (115.94, 31.855), (115.94, 31.85), (115.93, 31.855)]
    with pytest.raises(BoundaryCrossesItself):
        set_boundary(village.secretary, FIRST, geojson(crossed), datum=WGS84)
    assert not boundaries_of([FIRST])


def test_a_border_over_a_sister_s_is_refused_by_her_name(village: Village) -> None:
    village.draw()
    with pytest.raises(BoundaryOverlaps) as caught:
        set_boundary(
            village.secretary, FIRST, geojson(rectangle(115.93, 31.85, 115.942, 31.855)), datum=WGS84
        )
    assert caught.value.params["name"] == "第2网格"


def test_a_redrawn_border_is_dated_and_the_older_day_keeps_its_own(village: Village) -> None:
    village.draw()
    village.tomorrow()
    narrow = rectangle(115.93, 31.85, 115.938, 31.855)
    set_boundary(village.secretary, FIRST, geojson(narrow), datum=WGS84)
    assert boundaries_of([FIRST])[FIRST].ring == narrow
    assert boundaries_of([FIRST], on=today() - timedelta(days=1))[FIRST].ring == strip(0)
    clear_boundary(village.secretary, FIRST)
    assert not boundaries_of([FIRST])
    with pytest.raises(NotFound):
        clear_boundary(village.secretary, FIRST)


def test_a_layer_moves_a_border_between_two_sisters_at_once(village: Village) -> None:
    village.draw()
    village.tomorrow()
    wider, narrower = rectangle(115.93, 31.85, 115.943, 31.855), rectangle(115.943, 31.85, 115.95, 31.855)
    with pytest.raises(BoundaryOverlaps):  # one alone would reach into the other
        set_boundary(village.secretary, FIRST, geojson(wider), datum=WGS84)
    layer = layer_of({FIRST: wider, SECOND: narrower})
    assert import_boundaries(village.secretary, VILLAGE, layer, datum=WGS84) == 2
    assert boundaries_of([SECOND])[SECOND].ring == narrower


def layer_of(rings: dict[str, list[tuple[float, float]]]) -> str:
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(geojson(ring))}
        for code, ring in rings.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_one_wrong_border_in_a_layer_keeps_all_of_it_out(village: Village) -> None:
    village.draw()
    bad = layer_of({FIRST: strip(0), SECOND: rectangle(115.90, 31.80, 115.91, 31.81)})
    with pytest.raises(BoundaryOutside):
        import_boundaries(village.secretary, VILLAGE, bad, datum=WGS84)
    foreign = layer_of({SISTER_GRID: strip(0)})
    with pytest.raises(NotFound):
        import_boundaries(village.secretary, VILLAGE, foreign, datum=WGS84)


def test_layers_in_different_datums_are_held_against_each_other(village: Village) -> None:
    village.draw()
    village.tomorrow()
    shifted = geojson(convert(strip(0), WGS84, GCJ02))
    set_boundary(village.secretary, FIRST, shifted, datum=GCJ02)
    assert boundaries_of([FIRST])[FIRST].in_datum(WGS84)[0] == pytest.approx(strip(0)[0], abs=1e-6)
    with pytest.raises(
        (BoundaryOutside, BoundaryOverlaps)
    ):  # the same numbers read as the other datum lie elsewhere
        set_boundary(village.secretary, FIRST, shifted, datum=WGS84)


def test_an_outline_must_hold_the_grids_that_are_drawn(village: Village) -> None:
    village.draw()
    with pytest.raises(BoundaryOutside):
        set_boundary(village.secretary, VILLAGE, geojson(strip(0)), datum=WGS84)
    set_boundary(village.secretary, VILLAGE, geojson(outline()), datum=WGS84)


def test_nobody_draws_beyond_their_village(village: Village) -> None:
    for code in (SISTER_GRID, SISTER):
        with pytest.raises(NotFound):
            set_boundary(village.secretary, code, geojson(strip(0)), datum=WGS84)


def test_a_grid_member_looks_and_does_not_draw(village: Village, actor: object) -> None:
    member = actor("grid_member", FIRST)  # type: ignore[operator]
    with pytest.raises(Forbidden):
        set_boundary(member, FIRST, geojson(strip(0)), datum=WGS84)
