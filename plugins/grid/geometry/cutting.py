"""Cutting a ring in two along a line, and joining two rings that share a border."""

import math
from collections.abc import Sequence
from itertools import pairwise

from plugins.grid.errors import CutMisses
from plugins.grid.geometry.ground import Ground, Point, Ring, area, box, crossing, distance, edges

_SAME_METRES = 1.0


def cut(ring: Ring, line: Sequence[Point]) -> tuple[Ring, Ring]:
    """The two parts of `ring` on either side of `line`, which must enter it once and leave it once.

    Raises CutMisses.
    """
    ground = Ground(ring)
    flat = ground.ring(ring)
    way = [ground.metres(point) for point in line]
    hits: list[tuple[int, float, Point, int]] = []
    for number, (a, b) in enumerate(edges(flat)):
        for step, (c, d) in enumerate(pairwise(way)):
            point = crossing(a, b, c, d)
            if point is not None:
                hits.append((number, distance(point, a, a), point, step))
    if len(hits) != 2:
        raise CutMisses
    hits.sort()
    (first, _, enter, step_in), (second, _, leave, step_out) = hits
    inner = _between(way, step_in, step_out)
    one = [enter, *flat[first + 1 : second + 1], leave, *inner[::-1]]
    other = [leave, *flat[second + 1 :], *flat[: first + 1], enter, *inner]
    return tuple([ground.degrees(point) for point in part] for part in (one, other))  # type: ignore[return-value]


def _between(way: Ring, step_in: int, step_out: int) -> Ring:
    if step_in <= step_out:
        return way[step_in + 1 : step_out + 1]
    return way[step_out + 1 : step_in + 1][::-1]


def halving_line(ring: Ring) -> list[Point]:
    """A straight line across the longer way that leaves half of the ground on either side."""
    ground = Ground(ring)
    flat = ground.ring(ring)
    west, south, east, north = box(flat)
    upright = east - west >= north - south
    low, high = (west, east) if upright else (south, north)
    reach = math.hypot(east - west, north - south) + 10
    for _ in range(40):
        middle = (low + high) / 2
        if _share_before(flat, middle, upright=upright) < 0.5:
            low = middle
        else:
            high = middle
    # A line through a corner only touches there; a hand's breadth aside it crosses.
    middle += 0.0137
    ends = [(middle, south - reach), (middle, north + reach)]
    if not upright:
        ends = [(west - reach, middle), (east + reach, middle)]
    return [ground.degrees(point) for point in ends]


def _share_before(flat: Ring, middle: float, *, upright: bool) -> float:
    """Which share of the ground lies before the line (half-plane clipping, then its area)."""
    axis = 0 if upright else 1
    kept: Ring = []
    for a, b in edges(flat):
        if a[axis] <= middle:
            kept.append(a)
        if (a[axis] <= middle) != (b[axis] <= middle):
            share = (middle - a[axis]) / (b[axis] - a[axis])
            kept.append((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share))
    return abs(area(kept)) / abs(area(flat)) if len(kept) > 2 else 0.0


def shared_metres(one: Ring, other: Ring) -> float:
    """How long the border is that two rings share: who is a neighbour of whom."""
    ground = Ground(one)
    mine, theirs = ground.ring(one), ground.ring(other)
    mine, theirs = _with_corners_of(theirs, mine), _with_corners_of(mine, theirs)
    back = {_key(b) + _key(a) for a, b in edges(theirs)}
    return sum(distance(a, b, b) for a, b in edges(mine) if _key(a) + _key(b) in back)


def joined(one: Ring, other: Ring) -> Ring | None:
    """The ring around two anticlockwise rings that share one stretch of border; None where they do not."""
    ground = Ground(one)
    flats = [ground.ring(one), ground.ring(other)]
    first, second = _with_corners_of(flats[1], flats[0]), _with_corners_of(flats[0], flats[1])
    ways = {(_key(a), _key(b)): (a, b) for ring in (first, second) for a, b in edges(ring)}
    outer = {start: (start, end) for start, end in ways if (end, start) not in ways}
    if len(outer) == len(ways) or len(outer) != sum((e, s) not in ways for s, e in ways):
        return None
    here = next(iter(outer))
    ring, begin = [], here
    while here in outer:
        ring.append(ways[outer[here]][0])
        here = outer.pop(here)[1]
        if here == begin:
            break
    return None if outer or here != begin else [ground.degrees(p) for p in _straightened(ring)]


def _with_corners_of(other: Ring, ring: Ring) -> Ring:
    """`ring` with a corner of its own wherever the other one has a corner on its sides."""
    out: Ring = []
    for a, b in edges(ring):
        out.append(a)
        on_side = [
            p
            for p in other
            if distance(p, a, b) < _SAME_METRES
            and distance(p, a, a) >= _SAME_METRES
            and distance(p, b, b) >= _SAME_METRES
        ]
        out += sorted(on_side, key=lambda p: distance(p, a, a))
    return [next((p for p in other if distance(p, q, q) < _SAME_METRES), q) for q in out]


def _key(point: Point) -> tuple[int, int]:
    return round(point[0] * 100), round(point[1] * 100)


def _straightened(ring: Ring) -> Ring:
    """Without corners that turn nowhere."""
    kept = [p for n, p in enumerate(ring) if distance(p, ring[n - 1], ring[(n + 1) % len(ring)]) > 0.2]
    return kept if len(kept) > 2 else ring
