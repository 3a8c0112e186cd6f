"""Who left a decision by recusal (回避), who is proposed for it, and whom it concerns."""

from collections.abc import Iterable
from datetime import datetime

from core.db import rows
from core.errors import NotFound
from core.people.api import person_names
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.decisions import Concerned, Recusal

_REACHED = "of a decision that was reached"


@value_class
class RecusalView:
    """A recusal in words. Neither moment: it waits for a person to decide."""

    person_id: int
    name: str
    reason: str
    proposed_at: datetime
    confirmed_at: datetime | None
    declined_at: datetime | None

    @property
    def id(self) -> int:
        """Of a decision's recusals the person's: there is one a person."""
        return self.person_id

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.confirmed_at is None and self.declined_at is None


def recusals_of(decision_id: int) -> list[RecusalView]:
    """Everybody proposed on a decision that was reached, in the order of proposal."""
    found = list(Recusal.unscoped(_REACHED).where(Recusal.decision_id == decision_id).order_by(Recusal.id))
    names = person_names(row.person_id for row in found)
    return [
        RecusalView(
            row.person_id,
            names.get(row.person_id, ""),
            row.reason,
            row.proposed_at,
            row.confirmed_at,
            row.declined_at,
        )
        for row in found
    ]


def undecided(decision_id: int) -> int:
    """How many proposals nobody has decided."""
    query = Recusal.unscoped(_REACHED).where(
        (Recusal.decision_id == decision_id) & Recusal.confirmed_at.is_null() & Recusal.declined_at.is_null()
    )
    return int(query.count())


def recused_persons(decision_id: int) -> frozenset[int]:
    """Those who left."""
    query = Recusal.unscoped(_REACHED, Recusal.person_id).where(
        (Recusal.decision_id == decision_id) & Recusal.confirmed_at.is_null(False)
    )
    return frozenset(person_id for (person_id,) in rows(query))


def recused_count(decision_id: int) -> int:
    """How many left, for everybody to see; who they are is nobody's business."""
    return len(recused_persons(decision_id))


def is_recused(actor: Actor, decision_id: int) -> bool:
    """Whether the actor left roll, base and view of a decision."""
    return actor.person_id is not None and actor.person_id in recused_persons(decision_id)


def demand_view(actor: Actor, decision_id: int) -> None:
    """Pages of roll and ballots do not exist for whoever left. Raises NotFound."""
    if is_recused(actor, decision_id):
        raise NotFound


def concerned_persons(decision_id: int) -> list[tuple[int, str]]:
    """Whom a decision that was reached concerns: id and name."""
    query = Concerned.unscoped(_REACHED, Concerned.person_id).where(Concerned.decision_id == decision_id)
    ids = [person_id for (person_id,) in rows(query.order_by(Concerned.id))]
    names = person_names(ids)
    return [(key, names.get(key, "")) for key in ids]


def concerned_ids(decision_id: int) -> frozenset[int]:
    """Whom a decision that was reached concerns."""
    query = Concerned.unscoped(_REACHED, Concerned.person_id).where(Concerned.decision_id == decision_id)
    return frozenset(person_id for (person_id,) in rows(query))


def proposed_among(decision_id: int, person_ids: Iterable[int]) -> set[int]:
    """Who of these was proposed already, whatever was decided."""
    query = Recusal.unscoped(_REACHED, Recusal.person_id).where(
        (Recusal.decision_id == decision_id) & Recusal.person_id.in_(sorted(person_ids))
    )
    return {person_id for (person_id,) in rows(query)}
