"""Which areas somebody may see. It refuses when nobody said.

The area code is the tree: a code's parent is its prefix, so an area's subtree is a range of
text and a person's authority is a prefix test (docs: architecture, "Areas are walls").
"""

from collections.abc import Collection
from functools import reduce
from typing import Any

from peewee import SQL

from core.value_classes import value_class

# The sign after "9" in ASCII: `code >= p and code < p + AFTER_DIGITS` is "begins with p".
AFTER_DIGITS = ":"


def outermost(codes: Collection[str]) -> tuple[str, ...]:
    """`codes` without those that lie in another one: a village under its town adds nothing but OR terms."""
    return tuple(sorted(c for c in codes if not any(c != o and c.startswith(o) for o in codes)))


@value_class
class AreaScope:
    """The areas (code prefixes) that an actor may see or act in. No prefixes: nothing."""

    prefixes: tuple[str, ...]

    def __post_init__(self) -> None:
        if any(not (prefix.isascii() and prefix.isdigit()) for prefix in self.prefixes):
            raise ValueError("an area code has digits only and is never empty")

    def covers(self, area_code: str) -> bool:
        """Whether `area_code` lies in one of the areas."""
        return any(area_code.startswith(prefix) for prefix in self.prefixes)

    def touches(self, area_code: str) -> bool:
        """Whether `area_code` lies in one of the areas, or holds a part of them."""
        return any(area_code.startswith(own) or own.startswith(area_code) for own in self.prefixes)

    def shared_with(self, other: "AreaScope") -> "AreaScope":
        """What lies in both: of two areas of which one holds the other, the smaller one."""
        shared = {
            max(own, theirs, key=len)
            for own in self.prefixes
            for theirs in other.prefixes
            if own.startswith(theirs) or theirs.startswith(own)
        }
        return AreaScope(outermost(shared))

    def where(self, column: Any) -> Any:
        """The condition on a text column of area codes, served by its index."""
        if not self.prefixes:
            return SQL("1 = 0")
        ranges = [(column >= prefix) & (column < prefix + AFTER_DIGITS) for prefix in self.prefixes]
        return reduce(lambda left, right: left | right, ranges)
