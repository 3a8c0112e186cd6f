"""The tracking number of a case, for whoever tells another system of it."""

from core.cases.models import Case


def number_of(case_id: int) -> str:
    """The number of a case; empty when there is none. It is no secret and opens nothing without the key."""
    row = Case.unscoped("a number alone opens nothing", Case.number).where(Case.id == case_id).get_or_none()
    return str(row.number) if row is not None else ""
