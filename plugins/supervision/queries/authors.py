"""Whose decision it is: who drafted, changed, published it. They and their kin touch no roll, no ballot."""

import json

from core.accounts.api import account_persons, accounts_behind
from core.db import rows
from core.people.api import kin_of
from core.security import Actor
from plugins.supervision.models.decisions import Decision, DecisionVersion, LogEntry

_REACHED = "of a decision that was reached"
# As decision_log.body_of writes it.
_CHANGED = '%"event":"change_draft"%'


def authors_of(decision: Decision) -> frozenset[int]:
    """The accounts that drafted, changed or published a decision."""
    versions = DecisionVersion.unscoped(_REACHED, DecisionVersion.published_by).where(
        DecisionVersion.decision_id == decision.id
    )
    changes = LogEntry.unscoped(_REACHED, LogEntry.body).where(
        (LogEntry.decision_id == decision.id) & (LogEntry.body**_CHANGED)
    )
    found = {int(decision.account_id), *(account_id for (account_id,) in rows(versions))}
    for (body,) in rows(changes):
        facts = json.loads(body)
        if facts["event"] == "change_draft" and facts["account"] is not None:
            found.add(int(facts["account"]))
    return frozenset(found)


def is_author(actor: Actor, decision: Decision) -> bool:
    """Whether a decision is the actor's, or that of their kin, under whichever account."""
    authors = authors_of(decision)
    if actor.account_id in authors:
        return True
    if actor.person_id is None:
        return False
    kin = kin_of(actor.person_id) | {actor.person_id}
    return any(person_id in kin for person_id in account_persons(authors).values())


def same_hands(actor: Actor) -> frozenset[int]:
    """All accounts behind which the actor stands."""
    own = accounts_behind([actor.person_id]) if actor.person_id is not None else []
    return frozenset({*own} | ({actor.account_id} if actor.account_id is not None else set()))
