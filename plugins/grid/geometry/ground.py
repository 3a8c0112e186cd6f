"""Points, rings and segments on flat ground, in metres."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Ring = list[Point]
METRES_A_DEGREE = 111_320.0


class Ground:
    """Turns degrees into metres around the latitude of a ring, and back."""

    def __init__(self, ring: Sequence[Point]) -> None:
        self.origin = ring[0]
        self._across = METRES_A_DEGREE * math.cos(math.radians(ring[0][1]))

    def metres(self, point: Point) -> Point:
        """East and north of the origin."""
        return (
            (point[0] - self.origin[0]) * self._across,
            (point[1] - self.origin[1]) * METRES_A_DEGREE,
        )

    def degrees(self, point: Point) -> Point:
        """Longitude and latitude."""
        return (
            self.origin[0] + point[0] / self._across,
            self.origin[1] + point[1] / METRES_A_DEGREE,
        )

    def ring(self, ring: Sequence[Point]) -> Ring:
        """A whole ring in metres."""
        return [self.metres(point) for point in ring]


def edges(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """The sides of a ring; the last one leads back to the first point."""
    for place, point in enumerate(ring):
        yield point, ring[(place + 1) % len(ring)]


def area(ring: Sequence[Point]) -> float:
    """Signed area in square metres: positive when the ring runs anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring)) / 2


def side(a: Point, b: Point, c: Point) -> float:
    """Positive when `c` lies to the left of the line from `a` to `b`."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def crossing(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where the inner parts of two segments cross; None where they only touch, or lie on one line."""
    first, second = side(a, b, c), side(a, b, d)
    third, fourth = side(c, d, a), side(c, d, b)
    if first * second >= 0 or third * fourth >= 0:
        return None
    share = third / (third - fourth)
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def distance(point: Point, a: Point, b: Point) -> float:
    """From a point to a segment, in metres."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy)


def distance_to_ring(point: Point, ring: Sequence[Point]) -> float:
    """From a point to the nearest side, in metres."""
    return min(distance(point, a, b) for a, b in edges(ring))


def is_inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a ray to the east leaves the ring an odd number of times."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in edges(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def inner_point(ring: Sequence[Point]) -> Point:
    """A point well inside: the middle of the widest stretch of a line through the middle height."""
    heights = sorted({point[1] for point in ring})
    best: tuple[float, Point] = (-1.0, ring[0])
    for low, high in pairwise(heights):
        y = (low + high) / 2
        cuts = sorted(
            ax + (bx - ax) * (y - ay) / (by - ay)
            for (ax, ay), (bx, by) in edges(ring)
            if (ay > y) != (by > y)
        )
        for left, right in zip(cuts[::2], cuts[1::2], strict=False):
            room = min(right - left, high - low)
            best = max(best, (room, ((left + right) / 2, y)))
    return best[1]


def box(ring: Sequence[Point]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return min(xs), min(ys), max(xs), max(ys)


def boxes_meet(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether two rings can touch at all."""
    a, b = box(one), box(other)
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
