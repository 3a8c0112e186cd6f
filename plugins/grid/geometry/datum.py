"""Two ways of writing a place: WGS-84 (satellites) and GCJ-02 (maps published in China).

A boundary says which one it is in. The shift is the public approximation; turned back and forth it
closes within a metre, which is below what a finger on a phone can draw.
"""

import math
from typing import Final

from plugins.grid.geometry.ground import Point, Ring

WGS84: Final = "wgs84"
GCJ02: Final = "gcj02"
DATUMS: Final = (WGS84, GCJ02)
_AXIS, _FLATNESS = 6378245.0, 0.00669342162296594323


def convert(ring: Ring, source: str, target: str) -> Ring:
    """The same places written in the other way."""
    if source == target:
        return ring
    return [_to_gcj(point) if target == GCJ02 else _to_wgs(point) for point in ring]


def _to_gcj(point: Point) -> Point:
    lng, lat = point
    east, north = _shift(lng - 105.0, lat - 35.0)
    angle = math.radians(lat)
    magic = 1 - _FLATNESS * math.sin(angle) ** 2
    north = north * 180.0 / ((_AXIS * (1 - _FLATNESS)) / (magic * math.sqrt(magic)) * math.pi)
    east = east * 180.0 / (_AXIS / math.sqrt(magic) * math.cos(angle) * math.pi)
    return (lng + east, lat + north)


def _to_wgs(point: Point) -> Point:
    lng, lat = point
    for _ in range(3):  # the shift hardly changes over its own length: three rounds are below a millimetre
        back = _to_gcj((lng, lat))
        lng, lat = lng + point[0] - back[0], lat + point[1] - back[1]
    return (lng, lat)


def _shift(x: float, y: float) -> tuple[float, float]:
    sine, pi = math.sin, math.pi
    waves = (20.0 * sine(6.0 * x * pi) + 20.0 * sine(2.0 * x * pi)) * 2.0 / 3.0
    root = math.sqrt(abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * sine(y * pi) + 40.0 * sine(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sine(y / 12.0 * pi) + 320.0 * sine(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * sine(x * pi) + 40.0 * sine(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sine(x / 12.0 * pi) + 300.0 * sine(x / 30.0 * pi)) * 2.0 / 3.0
    return east, north
