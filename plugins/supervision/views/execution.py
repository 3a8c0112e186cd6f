"""Execution at the desk: what was done and paid, the result; and what a resident says of it."""

from typing import Any

from flask import flash, redirect, url_for

from core.access import demands
from core.errors import DomainError, NotFound
from core.files.forms import kept_photos, with_photos
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.supervision.queries import decisions as queries
from plugins.supervision.services import execution as services
from plugins.supervision.views import pages
from plugins.supervision.views.decision_forms import LineForm, RatingForm, ResultForm
from plugins.supervision.views.decisions import DECIDE, back, decision_page


@pages.post("/decisions/<int:decision_id>/lines")
@demands(DECIDE)
@with_photos
@once_per_form
def add_line(decision_id: int) -> Any:
    """Write down what was done."""
    actor = current_actor()
    row = queries.decision(actor.demand(DECIDE), decision_id)
    try:
        form = read_form(LineForm())
        photos = kept_photos(row.area_code)
        new = services.NewLine(amount_fen=form.pop("amount"), photos=photos, **form)
        services.add_line(actor, decision_id, new)
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("已登记。"), "success")
    return back(decision_id, "execution")


@pages.post("/decisions/<int:decision_id>/result")
@demands(DECIDE)
@once_per_form
def publish_result(decision_id: int) -> Any:
    """Make the result public."""
    try:
        services.publish_result(current_actor(), decision_id, read_form(ResultForm())["result"])
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("结果已公开，本村居民可以评价。"), "success")
    return back(decision_id, "execution")


@pages.post("/d/<string:code>/rate")
@demands("supervision.rate")
@once_per_form
def rate_result(code: str) -> Any:
    """A resident of the village says whether they are content."""
    row = queries.decision_by_code(code)
    services.rate_result(current_actor(), row.id, **read_form(RatingForm()))
    flash(say("谢谢您的评价。"), "success")
    return redirect(url_for("supervision.decision_landing", code=row.code), 303)
