"""For pages: which area a list is about, the ways up and down from it, and which areas can be chosen."""

import re

from flask import request

from core.areas.api import children, list_areas, path_names
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope

CHOICES_AT_MOST = 1000


def is_area(raw_code: str) -> bool:
    """Whether a text has the shape of an area code."""
    return bool(re.fullmatch(r"[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3}([0-9]{3})?)?)?)?", raw_code))


def chosen_area(scope: AreaScope) -> str:
    """The area of the address (`?area=`) within `scope`, or the first that the actor holds.

    Raises NotFound for an area outside.
    """
    raw_code = request.args.get("area", "")
    if not raw_code:
        return scope.prefixes[0]
    if not is_area(raw_code) or not scope.covers(raw_code):
        raise NotFound
    return raw_code


def ways_down(scope: AreaScope, area_code: str) -> list[tuple[str, str]]:
    """The next smaller areas in `area_code`: code and name."""
    return [(row.code, row.name) for row in children(scope, area_code)]


def way_up(scope: AreaScope, area_code: str) -> str:
    """The next larger area that the actor holds, empty at the top."""
    shorter = {15: 12, 12: 9, 9: 6, 6: 4}.get(len(area_code), 0)
    above = area_code[:shorter]
    return above if above and scope.covers(above) else ""


def grids_in(scope: AreaScope, area_code: str) -> list[tuple[str, str]]:
    """The same within one village or grid; none for a larger area, where a list would be no choice."""
    return grids(AreaScope((area_code,))) if len(area_code) >= 12 and scope.covers(area_code) else []


def grids(scope: AreaScope) -> list[tuple[str, str]]:
    """Grids that the actor may choose in a form: code and path; villages that have none stand for theirs."""
    rows, _ = list_areas(scope, on_date=today(), page_size=100_000)
    with_grids = {row.code[:12] for row in rows if row.level == "grid"}
    kept = [
        row for row in rows if row.level == "grid" or (row.level == "village" and row.code not in with_grids)
    ]
    paths = path_names([row.code for row in kept[:CHOICES_AT_MOST]])
    return [(row.code, paths[row.code]) for row in kept[:CHOICES_AT_MOST]]
