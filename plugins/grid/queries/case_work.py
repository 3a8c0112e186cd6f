"""How many cases lie open where, and whose they are: what division and staffing read of cases."""

from core.cases.api import open_case_counts, worked_case_count
from core.scope import AreaScope


def open_cases_by_area(scope: AreaScope) -> dict[str, int]:
    """Area code -> open cases that were raised there."""
    return open_case_counts(scope)


def cases_of(area_code: str, account_id: int) -> int:
    """Open cases of a grid that this account has accepted."""
    return worked_case_count(area_code, account_id)
