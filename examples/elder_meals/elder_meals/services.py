"""All that is written: who may, what is refused, one unit of work with an audit line."""

from core import audit
from core.areas.api import is_current
from core.clock import now
from core.county import plugin_settings
from core.db import unit_of_work
from core.errors import Invalid
from core.events import announce, handled_once
from core.fields import cleaned
from core.hookspecs import Event
from core.security import Actor
from core.text import N_
from elder_meals.models import Note, NoteCount


def add_note(actor: Actor, *, area_code: str, text: str) -> int:
    """Write a note down for a village; returns its id. Raises NotFound (not one's area), Invalid (fields)."""
    actor.demand("elder_meals.write", area_code)
    text, longest = cleaned(text), plugin_settings("elder_meals")["longest"]
    if len(area_code) != 12 or not is_current(area_code):
        raise Invalid(fields={"area_code": [N_("请选择一个村。")]})
    if not 1 <= len(text) <= longest:
        raise Invalid(fields={"text": [N_("请写一句话，不要超过规定的字数。")]})
    with unit_of_work():
        note = Note.create(area_code=area_code, text=text, account_id=actor.account_id, at=now())
        subject = f"elder_meals_note:{note.id}"
        audit.record(actor, "elder_meals.add_note", area_code=area_code, subject=subject)
        announce(actor, "elder_meals.NoteAdded", area_code=area_code, subject=subject)
    return int(note.id)


def count_note(event: Event) -> None:
    """Count a note of which the outbox tells, once, however often it is told."""
    with handled_once(event):
        NoteCount.insert(area_code=event.area_code, notes=0).on_conflict_ignore().execute()
        NoteCount.update(notes=NoteCount.notes + 1).where(NoteCount.area_code == event.area_code).execute()
