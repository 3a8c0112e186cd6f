"""Who has worked on a case: nobody rates or checks their own work."""

from core.accounts.api import account_persons
from core.cases.models import Step
from core.cases.words import ACCEPT, HELP_DONE, RESOLVE, START
from core.db import rows

_WORK = (ACCEPT, START, RESOLVE, HELP_DONE)


def workers_of(case_id: int) -> set[int]:
    """The accounts that accepted, worked on or resolved a case, at any time."""
    found = Step.select(Step.account_id).where((Step.case_id == case_id) & Step.deed.in_(_WORK))
    return {account_id for (account_id,) in rows(found) if account_id is not None}


def has_worked(case_id: int, account_id: int | None) -> bool:
    """Whether this account has worked on the case."""
    return account_id is not None and account_id in workers_of(case_id)


def person_has_worked(case_id: int, person_id: int | None) -> bool:
    """Whether this person of the register has, under whatever account."""
    return person_id is not None and person_id in account_persons(workers_of(case_id)).values()
