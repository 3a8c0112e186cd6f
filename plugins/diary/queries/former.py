"""Villages that have merged: what was begun in the old one goes on in the new one."""

from core.areas.api import former_codes
from core.scope import AreaScope

# A county covers its villages, old ones too; only below a county something may lie outside.
_COUNTY_DIGITS = 6


def widened(scope: AreaScope) -> AreaScope:
    """The areas of a scope, and the old ones that lead to them."""
    below = [code for code in scope.prefixes if len(code) > _COUNTY_DIGITS]
    if not below:
        return scope
    old = [code for code in former_codes(below) if not scope.covers(code)]
    return AreaScope((*scope.prefixes, *old))
