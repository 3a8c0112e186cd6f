"""Which decisions, voters and ballots somebody gets at when it comes to voting.

A decision belongs to a village, while residents and grid staff hold their posts in one of its grids: they see
the village's ballots, and staff of a grid act for voters who live there. A voter reaches a decision by the
roll, wherever they live. Whoever was recused reaches nothing of it.
"""

from typing import Any

from core.errors import NotFound
from core.people.api import area_of_person
from core.scope import AreaScope
from core.security import Actor
from plugins.supervision.errors.decisions import Recused
from plugins.supervision.models.decisions import DRAFT, Decision, DecisionVersion, RollEntry
from plugins.supervision.queries.decisions import current_version
from plugins.supervision.queries.recusals import is_recused
from plugins.supervision.queries.roll import entry_of

VOTE, COLLECT, TALLY = "supervision.vote", "supervision.collect", "supervision.tally"
CHECK, BALLOTS = "supervision.check_ballot", "supervision.ballots"
_ASKED = "whether it lies within reach is asked next"


def village_scope(scope: AreaScope) -> AreaScope:
    """The areas of `scope`, a grid standing for its village."""
    return AreaScope(tuple(sorted({prefix[:12] for prefix in scope.prefixes})))


def version_of(decision: Decision) -> DecisionVersion:
    """The version that counts. Raises NotFound where none is published."""
    found = current_version(decision)
    if found is None:
        raise NotFound
    return found


def ballot_decision(actor: Actor, permission: str, decision_id: int) -> tuple[Decision, DecisionVersion]:
    """A published decision of one's village, for those who hold `permission` there.

    Raises Unauthenticated, Forbidden, NotFound (outside, a draft, or the actor was recused).
    """
    scope = actor.demand(permission)
    decision = _published(decision_id)
    if not village_scope(scope).covers(decision.area_code) or is_recused(actor, decision_id):
        raise NotFound
    return decision, version_of(decision)


def own_decision(actor: Actor, decision_id: int) -> tuple[Decision, DecisionVersion, RollEntry | None]:
    """A decision to vote on, with the actor's own line on its roll (None: not on it, but of the village).

    Raises Unauthenticated, Forbidden, NotFound, Recused (who left is told so, and sees nothing of it).
    """
    scope = actor.demand(VOTE)
    decision = _published(decision_id)
    version = version_of(decision)
    if is_recused(actor, decision_id):
        raise Recused
    entry = entry_of(version.id, actor.person_id) if actor.person_id is not None else None
    if entry is None and not village_scope(scope).covers(decision.area_code):
        raise NotFound
    return decision, version, entry


def acts_for(actor: Actor, permission: str, decision: Decision, person_id: int) -> bool:
    """Whether a voter lies within somebody's areas: the village, or the grid that the voter lives in."""
    scope = actor.scope(permission)
    if scope.covers(decision.area_code):
        return True
    lives = area_of_person(person_id)
    return lives is not None and scope.covers(lives)


def holds_in_village(actor: Actor, permission: str, decision: Decision) -> bool:
    """Whether somebody holds a permission in the village of a decision, or in one of its grids."""
    return village_scope(actor.scope(permission)).covers(decision.area_code)


def _published(decision_id: int) -> Decision:
    query = Decision.unscoped(_ASKED)
    found: Decision | None = query.where(
        (Decision.id == decision_id) & (Decision.state != DRAFT) & (Decision.version > 0)
    ).get_or_none()
    if found is None:
        raise NotFound
    return found


def published_within(scope: AreaScope) -> Any:
    """The condition of decisions with a ballot in the villages of a scope."""
    return (Decision.version > 0) & village_scope(scope).where(Decision.area_code)
