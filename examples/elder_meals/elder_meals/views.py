"""The page: the notes of one's areas, and a form for who may write."""

from typing import Any

from flask import Blueprint, url_for

from core.access import demands
from core.areas.api import list_areas
from core.clock import today
from core.errors import DomainError
from core.fields import AreaCode, Text
from core.forms import Form, answer_form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from elder_meals import queries, services

VIEW, WRITE = "elder_meals.view", "elder_meals.write"
PAGE_SIZE = 20
pages = Blueprint("elder_meals", __name__, url_prefix="/elder-meals")


class NoteForm(Form):
    """What the form asks for."""

    area_code = AreaCode(required=True)
    text = Text(1000, load_default="")


@pages.get("/notes")
@demands(VIEW)
def notes() -> Any:
    """The newest first."""
    return _page(None)


@pages.post("/notes")
@demands(WRITE)
@once_per_form
def add_note() -> Any:
    """One more; a form that is sent twice counts once."""
    return answer_form(
        lambda: services.add_note(current_actor(), **read_form(NoteForm())),
        said=say("已记下。"),
        then=lambda _: url_for("elder_meals.notes"),
        again=_page,
    )


def _page(refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    found, total = queries.list_notes(actor.demand(VIEW), page=page, page_size=PAGE_SIZE)
    villages = []
    if actor.may(WRITE):
        rows, _ = list_areas(actor.demand(WRITE), on_date=today(), page_size=1000)
        villages = [(row.code, row.name) for row in rows if row.level == "village"]
    return form_page(
        "elder_meals/notes.html",
        refusal,
        notes=found,
        total=total,
        page=page,
        page_size=PAGE_SIZE,
        villages=villages,
    )
