"""Noting who was asked about something odd at a counter, and the answer."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.security import Actor
from plugins.points_store.models import OddityNote


def note_oddity(actor: Actor, *, mark: str, area_code: str, text: str, settled: bool) -> None:
    """Add a note to a finding (`queries.oddities`) in `area_code`; `settled`: the answer suffices.

    Raises Forbidden or NotFound where the actor does not watch over that area.
    """
    actor.demand("points_store.oddities", area_code)
    with unit_of_work():
        OddityNote.create(
            area_code=area_code,
            mark=mark,
            text=text,
            settled=settled,
            at=now(),
            account_id=actor.account_id,
        )
        audit.record(actor, "points_store.note_oddity", area_code=area_code, subject=mark, settled=settled)
