"""Villages that have merged: what was begun in the old one goes on in the new one."""

from typing import Any

from core.areas.api import current_code, former_codes
from core.scope import AreaScope

# A county covers its villages, old ones too; only below a county something may lie outside.
_COUNTY_DIGITS = 6


def widened(scope: AreaScope) -> AreaScope:
    """The areas of a scope, and the old ones that lead to them or below.

    What was written, seen and done in the old ones is in the view of the successor's people, and of nobody
    else who did not see it before.
    """
    below = [code for code in scope.prefixes if len(code) > _COUNTY_DIGITS]
    if not below:
        return scope
    old = [code for code in former_codes(below) if not scope.covers(code)]
    return AreaScope((*scope.prefixes, *old))


def lies_in(area_code: str, column: Any) -> Any:
    """The condition that something lies in an area, or in an old one that leads there."""
    return widened(AreaScope((area_code,))).where(column)


def shared(scope: AreaScope, area_code: str) -> AreaScope:
    """What lies both in a scope and in an area, old ones among it: no area within another one."""
    both = {
        max(one, other, key=len)
        for one in widened(scope).prefixes
        for other in widened(AreaScope((area_code,))).prefixes
        if one.startswith(other) or other.startswith(one)
    }
    inner = {code for code in both if any(code != other and code.startswith(other) for other in both)}
    return AreaScope(tuple(sorted(both - inner)))


def now_in(area_code: str, old: str) -> str:
    """Where an area counts an old place today: under its successor, if that lies in it; else where it was."""
    code = current_code(old)
    if code.startswith(area_code):
        return code
    return old if old.startswith(area_code) else area_code
