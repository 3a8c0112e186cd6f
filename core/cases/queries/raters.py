"""Who may say how a case was handled: whoever reported it, by account or key; else somebody who asks them."""

from core.cases.errors import NotYourCase, OwnWork
from core.cases.models import Case
from core.cases.queries.reach import at_desk, sees_at_work
from core.cases.queries.workers import has_worked, person_has_worked
from core.security import Actor


def is_reporter(actor: Actor, row: Case) -> bool:
    """Whether it is the actor's own case: not one that they only filed for somebody else."""
    if actor.person_id is not None and row.person_id == actor.person_id:
        return True
    return actor.account_id is not None and row.filed_by == actor.account_id and not row.on_behalf


def key_rates(row: Case) -> bool:
    """Whether the key is in nobody's hands but the reporter's, so that it rates; else it only follows.

    Whoever files for somebody else, or for nobody in particular, has read the key.
    """
    return row.filed_by is None or (row.person_id is not None and not row.on_behalf)


def is_own_work(actor: Actor, row: Case) -> bool:
    """Whether the actor, or the person whose case it is, has worked on it under whatever account."""
    people = (actor.person_id, row.person_id)
    return has_worked(row.id, actor.account_id) or any(person_has_worked(row.id, each) for each in people)


def demand_not_own_work(actor: Actor, row: Case) -> None:
    """Raises OwnWork when it is."""
    if is_own_work(actor, row):
        raise OwnWork


def demand_asker(actor: Actor, row: Case) -> None:
    """Raises unless the actor may put down what the reporter says: sees it at work, did not answer it.

    Of a case that its key rates nobody else says anything (NotYourCase). Whoever worked on it, or sits at
    the desk that answered, does not ask how it was (OwnWork).
    """
    if key_rates(row) or not sees_at_work(actor, row):
        raise NotYourCase
    if is_own_work(actor, row) or at_desk(actor, row):
        raise OwnWork
