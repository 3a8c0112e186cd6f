"""The part of a scope that lies in one area."""

from core.scope import AreaScope


def narrowed(scope: AreaScope, area_code: str) -> AreaScope:
    """`area_code` alone, where `scope` covers it; nothing where it does not."""
    return AreaScope((area_code,) if scope.covers(area_code) else ())
