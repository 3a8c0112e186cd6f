"""Borders as plain geometry: what is refused and where, cutting, joining, the two datums."""

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import DomainError
from plugins.grid.errors import (
    BoundaryCrossesItself,
    BoundaryNotPolygon,
    BoundaryOutside,
    BoundaryOverlaps,
    BoundaryTooFewPoints,
    BoundaryTooLarge,
    BoundaryTooMany,
    BoundaryUnreadable,
    CutMisses,
)
from plugins.grid.geometry.checks import MOST_POINTS, clean_ring, demand_apart, demand_inside
from plugins.grid.geometry.cutting import cut, halving_line, joined, shared_metres
from plugins.grid.geometry.datum import GCJ02, WGS84, convert
from plugins.grid.geometry.geojson import read_boundary, read_layer, stored_ring, write_geometry
from plugins.grid.geometry.ground import METRES_A_DEGREE, Ground, Point, Ring, area
from tests.plugins.grid.ground.village import outline, rectangle, strip

BOW_TIE: Ring = [(115.93, 31.85), (115.94, 31.86), (115.94, 31.85), (115.93, 31.86)]


def circle(points: int, metres: float = 400.0, middle: Point = (115.935, 31.8525)) -> Ring:
    ground = Ground([middle])
    turns = (2 * math.pi * n / points for n in range(points))
    return [ground.degrees((metres * math.cos(turn), metres * math.sin(turn))) for turn in turns]


def size(ring: Ring) -> float:
    return abs(area(Ground(ring).ring(ring)))


def test_a_ring_comes_out_open_anticlockwise_and_without_repeats() -> None:
    ring = rectangle(115.93, 31.85, 115.94, 31.86)
    assert clean_ring([*ring, ring[0]]) == ring
    assert sorted(clean_ring(ring[::-1])) == sorted(ring)
    assert area(Ground(ring).ring(clean_ring(ring[::-1]))) > 0
    assert clean_ring([ring[0], ring[0], *ring[1:], ring[0]]) == ring


def test_a_border_that_crosses_itself_is_refused_at_the_crossing() -> None:
    with pytest.raises(BoundaryCrossesItself) as caught:
        clean_ring(BOW_TIE)
    assert caught.value.params["place"] == "115.93500, 31.85500"


def test_a_border_that_touches_itself_is_refused() -> None:
    with pytest.raises(BoundaryCrossesItself):
        clean_ring([(0, 0), (0.02, 0), (0.02, 0.01), (0.01, 0), (0, 0.01)])


@pytest.mark.parametrize("ring", [[], [(115.9, 31.8)], [(115.9, 31.8), (115.91, 31.8)]])
def test_fewer_than_three_points_are_refused(ring: Ring) -> None:
    with pytest.raises(BoundaryTooFewPoints):
        clean_ring(ring)


def test_points_on_one_line_are_refused() -> None:
    with pytest.raises(BoundaryTooFewPoints):
        clean_ring([(115.90, 31.80), (115.91, 31.80), (115.92, 31.80)])


def test_a_border_with_its_coordinates_turned_round_is_refused_as_too_large() -> None:
    with pytest.raises(BoundaryTooLarge):
        clean_ring([(31.0, 75.0), (36.0, 75.0), (36.0, 80.0), (31.0, 80.0)])


def test_many_points_are_thinned_out_and_the_ground_stays_the_same() -> None:
    ring = circle(5_000)
    kept = clean_ring(ring)
    assert len(kept) <= MOST_POINTS
    assert size(kept) == pytest.approx(size(ring), rel=0.01)
    with pytest.raises(BoundaryTooMany):
        clean_ring(circle(20_001))


def test_a_grid_inside_its_village_passes_and_one_that_leaves_it_is_refused_with_the_place() -> None:
    demand_inside(strip(0), outline())
    demand_inside(outline(), outline())
    with pytest.raises(BoundaryOutside) as caught:
        demand_inside(rectangle(115.925, 31.851, 115.935, 31.852), outline())
    assert caught.value.params["place"].startswith("115.925")


def test_a_grid_is_refused_that_leaves_a_village_through_its_bay() -> None:
    bay: Ring = [
        (0, 0),
        (0.03, 0),
        (0.03, 0.02),
        (0.02, 0.02),
        (0.02, 0.01),
        (0.01, 0.01),
        (0.01, 0.02),
        (0, 0.02),
    ]
    demand_inside(rectangle(0.001, 0.001, 0.029, 0.009), bay)
    with pytest.raises(BoundaryOutside):
        demand_inside(rectangle(0.001, 0.011, 0.029, 0.012), bay)


def test_neighbours_may_share_a_border_but_not_ground() -> None:
    demand_apart(strip(0), [("第2网格", strip(1)), ("第3网格", strip(2))])
    with pytest.raises(BoundaryOverlaps) as caught:
        demand_apart(rectangle(115.93, 31.85, 115.945, 31.855), [("第2网格", strip(1))])
    assert caught.value.params["name"] == "第2网格"


@pytest.mark.parametrize(
    "ring",
    [strip(1), rectangle(115.942, 31.851, 115.945, 31.853), rectangle(115.92, 31.84, 115.96, 31.87)],
    ids=["the same", "inside", "around"],
)
def test_overlap_is_found_without_a_single_crossing(ring: Ring) -> None:
    with pytest.raises(BoundaryOverlaps):
        demand_apart(ring, [("第2网格", strip(1))])


def test_a_finger_s_breadth_over_the_border_is_no_overlap() -> None:
    hair = 5 / METRES_A_DEGREE
    demand_apart(rectangle(115.93, 31.85, 115.94 + hair, 31.855), [("第2网格", strip(1))])


def test_a_ring_is_cut_in_two_and_joined_again() -> None:
    ring = strip(0)
    one, other = cut(ring, halving_line(ring))
    assert size(one) == pytest.approx(size(ring) / 2, rel=0.01)
    assert size(one) + size(other) == pytest.approx(size(ring), rel=1e-4)
    demand_apart(one, [("", other)])
    again = joined(clean_ring(one), clean_ring(other))
    assert again is not None
    assert size(again) == pytest.approx(size(ring), rel=1e-4)
    assert len(again) == 4


def test_a_line_with_a_bend_cuts_as_it_runs() -> None:
    line = [(115.935, 31.84), (115.935, 31.852), (115.937, 31.853), (115.937, 31.87)]
    one, other = cut(strip(0), line)
    assert size(one) + size(other) == pytest.approx(size(strip(0)), rel=1e-4)
    assert len(clean_ring(one)) == len(clean_ring(other)) == 6


@pytest.mark.parametrize(
    "line",
    [
        [(115.90, 31.84), (115.90, 31.87)],
        [(115.935, 31.852), (115.935, 31.87)],
        [(115.932, 31.84), (115.932, 31.87), (115.934, 31.87), (115.934, 31.84)],
    ],
    ids=["beside", "begins inside", "twice"],
)
def test_a_line_that_does_not_cut_once_is_refused(line: list[Point]) -> None:
    with pytest.raises(CutMisses):
        cut(strip(0), line)


def test_neighbours_are_known_by_their_shared_border() -> None:
    high = 0.005 * METRES_A_DEGREE
    assert shared_metres(strip(0), strip(1)) == pytest.approx(high, rel=0.01)
    assert shared_metres(strip(0), strip(2)) == 0
    assert joined(strip(0), strip(2)) is None


@given(st.floats(0.0008, 0.0092), st.floats(-0.002, 0.002), st.integers(5, 40), st.floats(200, 900))
def test_whatever_is_cut_adds_up(place: float, tilt: float, points: int, metres: float) -> None:
    ring = clean_ring(circle(points, metres))
    line = [(115.93 + place - tilt, 31.80), (115.93 + place + tilt, 31.90)]
    try:
        one, other = cut(ring, line)
    except CutMisses:
        return
    assert size(one) + size(other) == pytest.approx(size(ring), rel=1e-4)


@given(st.floats(80, 130), st.floats(20, 50))
@example(97.0, 37.0)  # 44 m: in Qinghai the two waves nearly cancel each other
def test_turned_to_the_other_datum_and_back_a_place_is_the_same(lng: float, lat: float) -> None:
    there = convert([(lng, lat)], WGS84, GCJ02)
    ((back_lng, back_lat),) = convert(there, GCJ02, WGS84)
    assert abs(back_lng - lng) < 1e-6
    assert abs(back_lat - lat) < 1e-6
    # The shift is real: over the country between 17 m (96.6, 37.1) and 680 m (113.4, 26.7).
    assert 10 < math.dist(*(Ground([(lng, lat)]).metres(p) for p in (there[0], (lng, lat)))) < 750


@pytest.mark.parametrize("wrap", ["geometry", "feature", "collection"])
def test_geojson_is_read_in_its_three_wrappings(wrap: str) -> None:
    geometry = json.loads(write_geometry(strip(0)))
    raw = {
        "geometry": geometry,
        "feature": {"type": "Feature", "properties": {}, "geometry": geometry},
        "collection": {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]},
    }[wrap]
    assert clean_ring(read_boundary(json.dumps(raw))) == stored_ring(write_geometry(strip(0)))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BoundaryUnreadable),
        ("[1, 2", BoundaryUnreadable),
        ("[" * 100_000, BoundaryUnreadable),
        ('"Polygon"', BoundaryUnreadable),
        ('{"type": "Polygon", "coordinates": [[[1, 2], ["a", 3], [4, 5]]]}', BoundaryUnreadable),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [NaN, 3], [4, 5]]]}', BoundaryUnreadable),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [1, 93], [4, 5]]]}', BoundaryUnreadable),
        ('{"type": "Polygon", "coordinates": [[[1, 2]], [[1, 2]]]}', BoundaryNotPolygon),
        ('{"type": "Point", "coordinates": [1, 2]}', BoundaryUnreadable),
        ('{"type": "FeatureCollection", "features": []}', BoundaryNotPolygon),
    ],
)
def test_what_is_no_border_is_refused_with_a_code(text: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read_boundary(text)


def test_a_layer_names_the_grid_of_each_border() -> None:
    def feature(**properties: str) -> dict[str, object]:
        return {"type": "Feature", "properties": properties, "geometry": json.loads(write_geometry(strip(0)))}

    layer = {"type": "FeatureCollection", "features": [feature(code="1"), feature(网格代码="2")]}
    assert list(read_layer(json.dumps(layer))) == ["1", "2"]
    for bad in ([feature(name="x")], [feature(code="1"), feature(code="1")]):
        with pytest.raises(BoundaryUnreadable):
            read_layer(json.dumps({"type": "FeatureCollection", "features": bad}))
