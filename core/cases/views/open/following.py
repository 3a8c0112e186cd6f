"""One's own cases: what became of them, and what one thinks of it. With an account."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import demands, signed_in
from core.cases.forms_open import RateForm, WordsForm
from core.cases.queries.held import HeldCase, own_case
from core.cases.queries.lists import list_cases
from core.cases.queries.reach import REPORT
from core.cases.services.rating import cancel_case, rate_case
from core.cases.services.working import comment_case
from core.cases.views.open import pages
from core.cases.views.open.held_page import held_page
from core.errors import DomainError
from core.security import current_actor
from core.text import N_
from core.web import page_number, read_form, say

PAGE_SIZE = 20


@pages.get("/mine")
@demands(REPORT)
def mine() -> str:
    """The cases that I filed, or that were filed for me."""
    page = page_number()
    found, total = list_cases(current_actor(), mine="reported", page=page, page_size=PAGE_SIZE)
    return render_template("cases/open/mine.html", cases=found, page=page, page_size=PAGE_SIZE, total=total)


@pages.get("/<int:case_id>")
@signed_in
def own(case_id: int) -> ResponseReturnValue:
    """One of them."""
    return _page(own_case(current_actor(), case_id))


def _page(held: HeldCase, error: DomainError | None = None) -> ResponseReturnValue:
    return held_page(
        held, rate_url=url_for("cases_open.rate_own", case_id=held.view.id), error=error, signed=True
    )


@pages.post("/<int:case_id>/rating")
@signed_in
def rate_own(case_id: int) -> ResponseReturnValue:
    """Say how it was. What is not solved goes one level up."""
    actor = current_actor()
    held = own_case(actor, case_id)
    try:
        form = read_form(RateForm())
        seen = form.pop("version")
        rate_case(actor, case_id, seen=seen, **form)
    except DomainError as error:
        return _page(own_case(actor, held.view.id), error)
    return redirect(url_for("cases_open.own", case_id=case_id), 303)


@pages.post("/<int:case_id>/words")
@signed_in
def add_words(case_id: int) -> ResponseReturnValue:
    """Add something to one's own case."""
    actor = current_actor()
    own_case(actor, case_id)
    comment_case(actor, case_id, read_form(WordsForm())["words"])
    flash(say(N_("已补充上去。")), "success")
    return redirect(url_for("cases_open.own", case_id=case_id), 303)


@pages.post("/<int:case_id>/cancel")
@signed_in
def take_back(case_id: int) -> ResponseReturnValue:
    """Take one's own case back before anybody works on it."""
    actor = current_actor()
    own_case(actor, case_id)
    cancel_case(actor, case_id, request.form.get("words", "") or N_("反馈人撤回"))
    return redirect(url_for("cases_open.own", case_id=case_id), 303)
