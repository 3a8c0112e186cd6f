"""The six steps at the desk: a sheet is put on record, a sheet is printed."""

from typing import Any

from flask import flash, render_template

from core.access import demands
from core.errors import DomainError, NotFound
from core.files.forms import kept_photos, with_photos
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.supervision.decision_words import BEFORE_NOTICE, BODIES
from plugins.supervision.queries import decisions as queries
from plugins.supervision.queries.log import log_head
from plugins.supervision.queries.steps import steps_of
from plugins.supervision.services import steps as services
from plugins.supervision.views import pages
from plugins.supervision.views.decision_forms import SheetForm
from plugins.supervision.views.decisions import DECIDE, VIEW, back, decision_page


@pages.post("/decisions/<int:decision_id>/steps/<int:step>")
@demands(DECIDE)
@with_photos
@once_per_form
def record_step(decision_id: int, step: int) -> Any:
    """Put a meeting on record."""
    actor = current_actor()
    row = queries.decision(actor.demand(DECIDE), decision_id)
    try:
        form = read_form(SheetForm())
        photos = kept_photos(row.area_code)
        services.record_step(actor, decision_id, services.NewSheet(step=step, photos=photos, **form))
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("第 %(step)d 步已登记。", step=step), "success")
    return back(decision_id, "steps")


@pages.get("/decisions/<int:decision_id>/steps/<int:step>/sheet")
@demands(VIEW)
def step_sheet(decision_id: int, step: int) -> str:
    """A sheet to print: before the meeting to be filled in and signed, after it as it is on record."""
    row = queries.decision(current_actor().demand(VIEW), decision_id)
    found = {each.step: each for each in steps_of(row)}
    if step not in found or not row.six_steps:
        raise NotFound
    (view,) = queries.decision_views([row])
    number, mark = log_head()
    return render_template(
        "supervision/step_sheet.html",
        decision=view,
        step=found[step],
        is_meeting=step in BEFORE_NOTICE,
        bodies=BODIES,
        log_number=number,
        log_hash=mark,
    )
