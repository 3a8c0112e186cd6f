"""All that is read. Nothing here knows Flask."""

from datetime import datetime

from peewee import fn

from core.areas.api import area_names
from core.scope import AreaScope
from core.value_classes import value_class
from elder_meals.models import Note, NoteCount


@value_class
class NoteView:
    """A note as people see it."""

    id: int
    area_code: str
    area_name: str
    text: str
    at: datetime


def list_notes(scope: AreaScope, *, page: int = 1, page_size: int = 20) -> tuple[list[NoteView], int]:
    """One page of the notes within `scope`, the newest first, and how many there are in all."""
    found = Note.within(scope)
    rows = list(found.order_by(Note.id.desc()).paginate(page, page_size))
    names = area_names({row.area_code for row in rows})
    notes = [
        NoteView(row.id, row.area_code, names.get(row.area_code, ""), row.text, row.at) for row in rows
    ]
    return notes, found.count()


def counted_notes(scope: AreaScope) -> int:
    """How many notes the listener has counted within `scope`."""
    return int(NoteCount.within(scope, fn.COALESCE(fn.SUM(NoteCount.notes), 0)).scalar())
