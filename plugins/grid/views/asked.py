"""What several pages share: whose area it is about, the grids to choose from, refusals on a form."""

from flask import request

from core.areas.api import area, list_areas, roots
from core.clock import today
from core.errors import NotFound
from core.scope import AreaScope
from core.security import current_actor

VIEW, DIVIDE, STAFF = "grid.view", "grid.divide", "grid.staff"
VILLAGE_DIGITS, GRID_DIGITS = 12, 15


def asked_area(permission: str) -> tuple[str, AreaScope]:
    """The area that the page is about (`?area=`), by default the actor's own one.

    Returns its code (empty: several areas at once) and the scope to read. Raises NotFound outside.
    """
    scope = current_actor().demand(permission)
    code = request.args.get("area", "")
    if code:
        row = area(scope, code)
        return row.code, AreaScope((row.code,))
    tops = roots(scope)
    if len(tops) == 1:
        return tops[0].code, AreaScope((tops[0].code,))
    return "", scope


def asked_village(permission: str) -> str:
    """The village that the page is about: `?area=`, else the only one; empty when one must be chosen."""
    code, scope = asked_area(permission)
    if len(code) >= VILLAGE_DIGITS:
        return code[:VILLAGE_DIGITS]
    rows, total = list_areas(scope, level="village", on_date=today(), page_size=2)
    return rows[0].code if total == 1 else ""


def demand_grid(permission: str, code: str) -> str:
    """A grid's code in the actor's areas. Raises NotFound."""
    row = area(current_actor().demand(permission), code)
    if row.level != "grid":
        raise NotFound
    return row.code


def grid_choices(village: str) -> list[tuple[str, str]]:
    """The grids of a village to choose from."""
    scope = AreaScope((village,))
    rows, _ = list_areas(scope, level="grid", on_date=today(), page_size=999)
    return [(row.code, row.name) for row in rows]
