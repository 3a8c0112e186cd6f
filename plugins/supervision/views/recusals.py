"""Recusals at the desk: whom a decision concerns, who is proposed, who leaves."""

from typing import Any

from flask import flash, request

from core.access import demands
from core.errors import DomainError, NotFound
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.supervision.services import decisions as services
from plugins.supervision.services import recusals
from plugins.supervision.views import pages
from plugins.supervision.views.decision_forms import PersonForm
from plugins.supervision.views.decisions import DECIDE, back, decision_page


@pages.post("/decisions/<int:decision_id>/concerned")
@demands(DECIDE)
@once_per_form
def name_concerned(decision_id: int) -> Any:
    """Whom the decision concerns; or, with a reason, who should leave though they are no kin."""
    if request.form.get("find"):
        return decision_page(decision_id, None)
    actor = current_actor()
    try:
        form = read_form(PersonForm())
        if form["reason"]:
            recusals.propose_recusal(actor, decision_id, form["person_id"], form["reason"])
        else:
            services.name_concerned(actor, decision_id, form["person_id"])
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("已登记，请由另一人逐一确认是否回避。"), "success")
    return back(decision_id, "recusals")


@pages.post("/decisions/<int:decision_id>/recusals/<int:person_id>/<string:answer>")
@demands(DECIDE)
@once_per_form
def decide_recusal(decision_id: int, person_id: int, answer: str) -> Any:
    """Confirm or decline."""
    if answer not in ("confirm", "decline"):
        raise NotFound
    try:
        recusals.decide_recusal(current_actor(), decision_id, person_id, confirm=answer == "confirm")
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    return back(decision_id, "recusals")
