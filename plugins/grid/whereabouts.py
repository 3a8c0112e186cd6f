"""Where somebody says they are, how far that is from a place, and whether they can have got there."""

from datetime import datetime
from math import asin, cos, radians, sin, sqrt

from core.text import N_
from core.value_classes import value_class

MOCKED, SPEED, FAR = "mocked", "speed", "far"
DOUBTS = {MOCKED: N_("手机报告为模拟定位"), SPEED: N_("移动速度不合理"), FAR: N_("离巡查点太远")}
_EARTH_METRES = 6_371_000


@value_class
class Position:
    """Degrees (WGS-84 or as the phone says), metres of accuracy; `mocked`: the phone says it is made up."""

    latitude: float
    longitude: float
    accuracy: int | None = None
    mocked: bool = False


def metres_between(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> int:
    """Along the ground, between two places."""
    north, east = radians(to_latitude - latitude), radians(to_longitude - longitude)
    chord = sin(north / 2) ** 2 + cos(radians(latitude)) * cos(radians(to_latitude)) * sin(east / 2) ** 2
    return round(2 * _EARTH_METRES * asin(min(1.0, sqrt(chord))))


def doubt_of(
    here: Position,
    at: datetime,
    *,
    metres: int | None,
    radius: int,
    before: tuple[float, float, datetime] | None,
    fastest: float,
) -> str:
    """Why a position may not be true: the gravest of the reasons, empty for none.

    `metres` from the point, which counts within `radius` and the phone's own accuracy; `before`: the
    place and moment before it, from which nobody gets here faster than `fastest` metres a second.
    """
    if here.mocked:
        return MOCKED
    if before is not None:
        way = metres_between(here.latitude, here.longitude, before[0], before[1])
        seconds = max((at - before[2]).total_seconds(), 1.0)
        # Two honest positions may differ by their accuracy without anybody having moved.
        if way - (here.accuracy or 0) - radius > fastest * seconds:
            return SPEED
    if metres is not None and metres > radius + min(here.accuracy or 0, radius):
        return FAR
    return ""
