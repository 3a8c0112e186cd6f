"""What division and staffing do to cases: handed over to a successor, carried into another grid."""

from collections.abc import Collection

from core.cases.api import hand_over_cases as hand_over
from core.cases.api import move_cases
from core.security import Actor


def hand_over_cases(actor: Actor, area_code: str, from_account: int, to_account: int) -> int:
    """What one had accepted in a grid is the other's; in the caller's unit of work."""
    return hand_over(actor, from_account, to_account, area_code=area_code)


def carry_cases(actor: Actor, old_area: str, new_area: str) -> None:
    """The open cases of a grid that is merged lie in the other one; in the caller's unit of work."""
    move_cases(actor, old_area, new_area)


def carry_cases_of(actor: Actor, old_area: str, new_area: str, households: Collection[int]) -> None:
    """The open cases of some households go where these go; in the caller's unit of work."""
    move_cases(actor, old_area, new_area, households=households)
