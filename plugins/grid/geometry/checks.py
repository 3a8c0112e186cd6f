"""Is a boundary one that a grid can have? Each "no" comes with the place where it is wrong."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from plugins.grid.errors import (
    BoundaryCrossesItself,
    BoundaryOutside,
    BoundaryOverlaps,
    BoundaryTooFewPoints,
    BoundaryTooLarge,
    BoundaryTooMany,
)
from plugins.grid.geometry.ground import (
    Ground,
    Point,
    Ring,
    area,
    boxes_meet,
    crossing,
    distance,
    distance_to_ring,
    edges,
    inner_point,
    is_inside,
)

MOST_POINTS_IN, MOST_POINTS = 20_000, 300
# A finger on a phone hits a shared border within some metres; less than that is no overlap.
TOLERANCE_METRES = 12.0
LEAST_SQUARE_METRES, MOST_SQUARE_METRES = 100.0, 5e9
_SAME_POINT_METRES = 0.5


def clean_ring(raw_ring: Sequence[Point]) -> Ring:
    """A ring without its closing point and without repeats, simplified to at most MOST_POINTS, anticlockwise.

    Raises BoundaryTooMany, BoundaryTooFewPoints, BoundaryCrossesItself, BoundaryTooLarge.
    """
    if len(raw_ring) > MOST_POINTS_IN:
        raise BoundaryTooMany(most=MOST_POINTS_IN)
    ring = _without_repeats(raw_ring)
    if len(ring) < 3:
        raise BoundaryTooFewPoints(place=_place(ring[0]) if ring else "")
    ring = _simplified(ring)
    ground = Ground(ring)
    flat = ground.ring(ring)
    wrong = _self_crossing(flat)
    if wrong is not None:
        raise BoundaryCrossesItself(place=_place(ground.degrees(wrong)))
    size = area(flat)
    if abs(size) < LEAST_SQUARE_METRES:
        raise BoundaryTooFewPoints(place=_place(ring[0]))
    if abs(size) > MOST_SQUARE_METRES:
        raise BoundaryTooLarge(place=_place(ring[0]))
    return ring if size > 0 else ring[::-1]


def demand_inside(ring: Ring, outline: Ring) -> None:
    """Raises BoundaryOutside with the place where `ring` leaves its village's outline."""
    ground = Ground(outline)
    inner, outer = ground.ring(ring), ground.ring(outline)
    for point in _probes(inner, outer):
        if not is_inside(point, outer) and distance_to_ring(point, outer) > TOLERANCE_METRES:
            raise BoundaryOutside(place=_place(ground.degrees(point)))


def demand_apart(ring: Ring, others: Iterable[tuple[str, Ring]]) -> None:
    """Raises BoundaryOverlaps with name and place of the first sister that `ring` reaches into."""
    ground = Ground(ring)
    flat = ground.ring(ring)
    for name, other in others:
        if not boxes_meet(ring, other):
            continue
        place = _overlap(flat, ground.ring(other))
        if place is not None:
            raise BoundaryOverlaps(name=name, place=_place(ground.degrees(place)))


def _overlap(one: Ring, other: Ring) -> Point | None:
    for inner, outer in ((one, other), (other, one)):
        for point in [inner_point(inner), *_probes(inner, outer)]:
            if is_inside(point, outer) and distance_to_ring(point, outer) > TOLERANCE_METRES:
                return point
    return None


def _probes(ring: Ring, against: Ring) -> Iterator[Point]:
    """The corners of `ring`, and the middle of each piece into which `against` cuts its sides."""
    for a, b in edges(ring):
        yield a
        cuts = [point for c, d in edges(against) if (point := crossing(a, b, c, d)) is not None]
        stops = sorted([a, *cuts, b], key=lambda p: (p[0] - a[0]) ** 2 + (p[1] - a[1]) ** 2)
        for left, right in pairwise(stops):
            yield ((left[0] + right[0]) / 2, (left[1] + right[1]) / 2)


def _self_crossing(flat: Ring) -> Point | None:
    sides = list(edges(flat))
    for place, (a, b) in enumerate(sides):
        for later in range(place + 2, len(sides)):
            if place == 0 and later == len(sides) - 1:
                continue  # neighbours round the corner
            c, d = sides[later]
            point = crossing(a, b, c, d)
            if point is not None:
                return point
            # A corner that lies on another side: the ring touches itself and is two.
            for corner in (c, d):
                if distance(corner, a, b) < _SAME_POINT_METRES / 5:
                    return corner
    return None


def _without_repeats(raw_ring: Sequence[Point]) -> Ring:
    if not raw_ring:
        return []
    ground = Ground(raw_ring)
    ring: Ring = []
    for point in raw_ring:
        if not ring or _apart(ground, ring[-1], point):
            ring.append(point)
    while len(ring) > 1 and not _apart(ground, ring[0], ring[-1]):
        ring.pop()
    return ring


def _apart(ground: Ground, one: Point, other: Point) -> bool:
    a, b = ground.metres(one), ground.metres(other)
    return distance(a, b, b) >= _SAME_POINT_METRES


def _simplified(ring: Ring) -> Ring:
    """Fewer points (Douglas-Peucker), coarser until they are few enough."""
    kept, tolerance = ring, 1.0
    while len(kept) > MOST_POINTS:
        ground = Ground(ring)
        flat = ground.ring(ring)
        half = max(range(len(flat)), key=lambda n: distance(flat[n], flat[0], flat[0]))
        chosen = [*_kept(flat, 0, half, tolerance), *_kept([*flat, flat[0]], half, len(flat), tolerance)]
        kept = [ring[place] for place in sorted(set(chosen))]
        tolerance *= 2
    return kept


def _kept(flat: Ring, start: int, end: int, tolerance: float) -> list[int]:
    """The places between `start` and `end` (without it) that must stay."""
    kept, open_parts = [start], [(start, end)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        far = max(range(first + 1, last), key=lambda n: distance(flat[n], flat[first], flat[last]))
        if distance(flat[far], flat[first], flat[last]) > tolerance:
            kept.append(far)
            open_parts += [(first, far), (far, last)]
    return kept


def _place(point: Point) -> str:
    return f"{point[0]:.5f}, {point[1]:.5f}"
