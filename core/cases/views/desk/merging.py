"""Two cases side by side: a person says whether they are one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import signed_in
from core.cases.forms import MergeForm
from core.cases.queries.cases import case, works_on
from core.cases.services.merging import merge_case
from core.cases.views.desk import pages
from core.errors import DomainError, NotFound
from core.files.api import files_of_many
from core.problems import show
from core.security import current_actor
from core.web import read_form, say

_REASON = "reason"


@pages.get("/<int:case_id>/merge/<int:into>")
@signed_in
def compare(case_id: int, into: int) -> ResponseReturnValue:
    """The case and the one that it may be a part of."""
    return _page(case_id, into, None)


@pages.post("/<int:case_id>/merge/<int:into>")
@signed_in
def merge(case_id: int, into: int) -> ResponseReturnValue:
    """Go on as a part of the other one."""
    actor = current_actor()
    try:
        form = read_form(MergeForm())
        merge_case(actor, case_id, form["into"], form[_REASON], seen=form["version"])
    except NotFound:
        raise
    except DomainError as error:
        return _page(case_id, into, error)
    flash(say("已并入 %(number)s。", number=case(actor, into).number), "success")
    return redirect(url_for("cases.show_case", case_id=into), 303)


def _page(case_id: int, into: int, error: DomainError | None) -> ResponseReturnValue:
    actor = current_actor()
    both = [case(actor, case_id), case(actor, into)]
    if not all(works_on(actor, each.id) for each in both):
        raise NotFound
    photos = files_of_many([f"case:{each.id}" for each in both])
    page = render_template(
        "cases/desk/merge.html",
        case=both[0],
        other=both[1],
        photos=[photos.get(f"case:{each.id}", []) for each in both],
        error=show(error) if error else None,
        typed=request.form if error else {},
    )
    return page, error.status if error else 200
