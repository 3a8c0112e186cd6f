"""GeoJSON in and out (RFC 7946): one outer ring a boundary."""

import json
import math
from typing import Any

from plugins.grid.errors import BoundaryNotPolygon, BoundaryUnreadable
from plugins.grid.geometry.ground import Point, Ring

LONGEST = 4_000_000
# Where the code of a grid may stand in an imported feature.
_CODE_KEYS = ("code", "area_code", "grid_code", "网格代码", "代码")


def read_boundary(raw_text: str) -> Ring:
    """The one ring of a Polygon, of a Feature with one, or of a collection of one.

    Raises BoundaryUnreadable, BoundaryNotPolygon.
    """
    found = _features(_parsed(raw_text))
    if len(found) != 1:
        raise BoundaryNotPolygon
    return _ring(found[0].get("geometry"))


def read_layer(raw_text: str) -> dict[str, Ring]:
    """Grid code -> ring, of a FeatureCollection whose features carry a code.

    Raises BoundaryUnreadable, BoundaryNotPolygon.
    """
    layer: dict[str, Ring] = {}
    for feature in _features(_parsed(raw_text)):
        properties = feature.get("properties")
        named = properties if isinstance(properties, dict) else {}
        code = next((str(named[key]).strip() for key in _CODE_KEYS if key in named), "")
        if not code or code in layer:
            raise BoundaryUnreadable
        layer[code] = _ring(feature.get("geometry"))
    return layer


def write_geometry(ring: Ring) -> str:
    """A Polygon as text; the ring is closed, places to a centimetre."""
    closed = [*ring, ring[0]]
    points = [[round(lng, 7), round(lat, 7)] for lng, lat in closed]
    return json.dumps({"type": "Polygon", "coordinates": [points]}, separators=(",", ":"))


def stored_ring(text: str) -> Ring:
    """The ring of a geometry that `write_geometry` made."""
    points = json.loads(text)["coordinates"][0][:-1]
    return [(lng, lat) for lng, lat in points]


def _parsed(raw_text: str) -> Any:
    if len(raw_text) > LONGEST:
        raise BoundaryUnreadable
    try:
        return json.loads(raw_text)
    except (ValueError, RecursionError):
        raise BoundaryUnreadable from None


def _features(raw: Any) -> list[dict[str, Any]]:
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind == "FeatureCollection" and isinstance(raw.get("features"), list):
        return [feature for feature in raw["features"] if isinstance(feature, dict)]
    if kind == "Feature":
        return [raw]
    if kind in ("Polygon", "MultiPolygon"):
        return [{"geometry": raw}]
    raise BoundaryUnreadable


def _ring(geometry: Any) -> Ring:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    parts = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "MultiPolygon" and isinstance(parts, list) and len(parts) == 1:
        kind, parts = "Polygon", parts[0]
    # A hole would be somebody's grid inside a grid: such a border is drawn as two.
    if kind != "Polygon" or not isinstance(parts, list) or len(parts) != 1 or not isinstance(parts[0], list):
        raise BoundaryNotPolygon
    return [_point(raw_point) for raw_point in parts[0]]


def _point(raw_point: Any) -> Point:
    if not isinstance(raw_point, list) or len(raw_point) < 2:
        raise BoundaryUnreadable
    lng, lat = raw_point[:2]
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (lng, lat))
    if not numbers or not math.isfinite(lng) or not math.isfinite(lat):
        raise BoundaryUnreadable
    if not (-180 <= lng <= 180 and -85 <= lat <= 85):
        raise BoundaryUnreadable
    return (float(lng), float(lat))
