"""How many cases lie open where, and whose they are: what division and staffing read of cases."""

from core.scope import AreaScope


def open_cases_by_area(scope: AreaScope) -> dict[str, int]:
    """Area code -> open cases that were raised there."""
    del scope
    return {}


def cases_of(area_code: str, account_id: int) -> int:
    """Open cases of a grid that this account has accepted."""
    del area_code, account_id
    return 0
