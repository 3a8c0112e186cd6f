"""What is kept for an area serves all below it, and is seen by all above it."""

from typing import Any

from peewee import SQL

from core.scope import AreaScope

DIGITS = (4, 6, 9, 12)


def areas_above(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The areas that hold these, without themselves."""
    return tuple(sorted({code[:digits] for code in codes for digits in DIGITS if digits < len(code)}))


def serves(scope: AreaScope, column: Any) -> Any:
    """The condition that an area lies in one of the scope's, or holds one of them."""
    if not scope.prefixes:
        return SQL("1 = 0")
    above = areas_above(scope.prefixes)
    inside = scope.where(column)
    return (inside | column.in_(above)) if above else inside


def is_served(scope: AreaScope, area_code: str) -> bool:
    """The same for one area."""
    return scope.covers(area_code) or area_code in areas_above(scope.prefixes)
