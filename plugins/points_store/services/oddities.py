"""Noting who was asked about something odd at a counter, and the answer."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.models import OddityNote
from plugins.points_store.queries.oddities import list_oddities


def note_oddity(actor: Actor, *, mark: str, text: str, settled: bool) -> None:
    """Add a note to a finding of the actor's areas; `settled`: the answer suffices. Raises NotFound."""
    scope = actor.demand("points_store.oddities")
    found = next((oddity for oddity in list_oddities(scope) if oddity.mark == mark), None)
    if found is None:
        raise NotFound
    with unit_of_work():
        OddityNote.create(
            area_code=found.area_code,
            mark=mark,
            text=text,
            settled=settled,
            at=now(),
            account_id=actor.account_id,
        )
        audit.record(
            actor, "points_store.note_oddity", area_code=found.area_code, subject=mark, settled=settled
        )
