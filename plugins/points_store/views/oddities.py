"""What looks odd at the counters: sentences with figures, the bookings behind them, notes of answers."""

from typing import Any

from flask import flash, redirect, url_for
from marshmallow import fields, validate

from core.access import demands
from core.errors import DomainError, NotFound
from core.fields import Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.points_store.queries.oddities import DAYS, list_oddities, oddity
from plugins.points_store.services.oddities import note_oddity
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P


class NoteForm(Strict):
    """Who was asked, and the answer."""

    mark = Text(80, shortest=1, required=True)
    text = Text(500, shortest=1, required=True)
    settled = fields.String(load_default="0", validate=validate.OneOf(["0", "1"]))


@pages.get("/office/oddities")
@demands(P + "oddities")
def oddities() -> Any:
    """Everything that looks odd in the last days, with its notes."""
    return _page(None)


def _page(refusal: DomainError | None) -> Any:
    scope = current_actor().demand(P + "oddities")
    return form_page("points_store/oddities.html", refusal, oddities=list_oddities(scope), days=DAYS)


@pages.post("/office/oddities")
@demands(P + "oddities")
@once_per_form
def add_note() -> Any:
    """Note an answer."""
    try:
        form = read_form(NoteForm())
        found = oddity(current_actor().demand(P + "oddities"), form["mark"])
        note_oddity(
            current_actor(),
            mark=found.mark,
            area_code=found.area_code,
            text=form["text"],
            settled=form["settled"] == "1",
        )
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(refusal)
    flash(say("已记下。"), "success")
    return redirect(url_for("points_store.oddities"), 303)
