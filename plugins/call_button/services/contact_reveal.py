"""Showing the contacts of a call in clear: to whoever may answer it, with a line in the record."""

from core import audit
from core.db import unit_of_work
from core.errors import Invalid
from core.people.api import PURPOSES
from core.security import Actor
from core.text import N_
from plugins.call_button.call_words import subject_of
from plugins.call_button.queries.call_reach import ANSWER, VIEW, call_for
from plugins.call_button.queries.contacts import ContactView, revealed_contacts


def reveal_call_contacts(
    actor: Actor, call_id: int, *, purpose: str = "emergency"
) -> tuple[ContactView, ...]:
    """Names and phones of whom to ring besides. The record keeps who looked, at which call, why; never what.

    Raises Forbidden, NotFound, Invalid (no such purpose).
    """
    if purpose not in PURPOSES:
        raise Invalid(fields={"purpose": [N_("请选择用途。")]})
    with unit_of_work():
        row = call_for(actor, call_id, ANSWER)
        audit.record(
            actor,
            "call_button.reveal_call_contacts",
            area_code=row.area_code,
            subject=subject_of(row.id),
            device_id=row.device_id,
            purpose=purpose,
        )
    return revealed_contacts(actor.scope(VIEW), row.device_id)
