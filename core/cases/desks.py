"""Where a case can stand: a level, the area of that level, maybe a unit there. Arithmetic on codes only."""

from core.areas.api import LEVEL_DIGITS
from core.cases.words import LEVELS
from core.value_classes import value_class


@value_class
class Desk:
    """A place where a case waits.

    `unit_id` None: the grid's leader, village secretary, town or county office.
    """

    level: str
    area_code: str
    unit_id: int | None = None

    @property
    def rank(self) -> int:
        """0 for a grid, 3 for the county."""
        return LEVELS.index(self.level)

    def fits(self, area_code: str) -> bool:
        """Whether this desk has to do with a case in `area_code`: above it, or below it in the same area."""
        if len(self.area_code) != LEVEL_DIGITS[self.level]:
            return False
        return area_code.startswith(self.area_code) or self.area_code.startswith(area_code)


def desk_at(level: str, area_code: str) -> Desk:
    """The desk without a unit of `level` for a case in `area_code`; the village's where there is no grid."""
    if level == "grid" and len(area_code) < LEVEL_DIGITS["grid"]:
        level = "village"
    # A case of a whole town has no village.
    while len(area_code) < LEVEL_DIGITS[level]:
        level = LEVELS[LEVELS.index(level) + 1]
    return Desk(level, area_code[: LEVEL_DIGITS[level]])


def desk_above(desk: Desk) -> Desk | None:
    """The desk one level up; None above the county."""
    if desk.rank + 1 == len(LEVELS):
        return None
    level = LEVELS[desk.rank + 1]
    return Desk(level, desk.area_code[: LEVEL_DIGITS[level]])
