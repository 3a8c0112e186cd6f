"""The page of a case for staff: what it is, what can be done now, its way so far; its sheet."""

from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from core.access import signed_in
from core.accounts.api import page_before
from core.areas.api import path_name
from core.cases.queries.cases import assignments, case, pause_of, timeline, works_on
from core.cases.queries.choices import AT_DESK, HANDING_ON, choices
from core.cases.queries.duplicates import suggest_duplicates
from core.cases.queries.reach import WORK
from core.cases.queries.targets import dispatch_targets, transfer_targets
from core.cases.queries.views import CaseView
from core.cases.queries.why import why_sentences
from core.cases.views.desk import pages
from core.cases.views.desk.wording import due_words, told
from core.cases.views.open.held_page import full_address
from core.cases.words import ACCEPT, DIFFICULTY_NAMES, DISPATCH, FLAGS, OUTCOMES, RESOLVE, START, TRANSFER
from core.errors import DomainError
from core.files.api import files_of
from core.problems import show
from core.qr import draw_svg
from core.security import Actor, current_actor

# What is offered first, where it is possible.
_FIRST = (DISPATCH, ACCEPT, START, RESOLVE)


@pages.get("/<int:case_id>")
@signed_in
def show_case(case_id: int) -> ResponseReturnValue:
    """A case. Whoever only filed it finds their own page."""
    actor = current_actor()
    found = case(actor, case_id)
    if not works_on(actor, case_id):
        return redirect(url_for("cases_open.own", case_id=found.id))
    return case_page(actor, found)


def case_page(
    actor: Actor, found: CaseView, *, deed: str = "", error: DomainError | None = None
) -> ResponseReturnValue:
    """The page; after a refusal with what was typed for `deed`, and why it was refused."""
    all_choices = choices(actor, found.id)
    possible = {choice.deed for choice in all_choices if choice.obstacle is None}
    first = deed or request.args.get("do", "") or next((each for each in _FIRST if each in possible), "")
    page = render_template(
        "cases/desk/case.html",
        case=found,
        back=_way_back(actor, found.id),
        path=path_name(found.area_code),
        possible=possible,
        first=first,
        groups=(AT_DESK, HANDING_ON),
        obstacles=[(each.title, told(each.obstacle)) for each in all_choices if each.obstacle],
        targets=dispatch_targets(actor, found.area_code) if DISPATCH in possible else [],
        others=transfer_targets(found) if TRANSFER in possible else [],
        alike=suggest_duplicates(actor, found.id) if found.is_open else [],
        error=show(error) if error else None,
        typed=request.form if error else {},
        **_history(found),
    )
    return page, error.status if error else 200


def _way_back(actor: Actor, case_id: int) -> str:
    """The page whose link led here; after a step on the case itself, one's desk."""
    before = page_before()
    own = url_for("cases.show_case", case_id=case_id)
    if before and not f"{urlsplit(before).path}/".startswith(f"{own}/"):
        return before
    return url_for("cases.my_desk") if actor.may(WORK) else url_for("cases.list_page")


def _history(found: CaseView) -> dict[str, Any]:
    return {
        "steps": timeline(found.id),
        "hands": assignments(found.id),
        "pause": pause_of(found.id) if found.paused_at else None,
        "why": [told(sentence) for sentence in why_sentences(found.id)],
        "photos": files_of(f"case:{found.id}"),
        "difficulties": DIFFICULTY_NAMES,
        "outcomes": {name: title for name, title in OUTCOMES.items() if name != "merged"},
        "all_outcomes": OUTCOMES,
        "flags": [FLAGS[flag] for flag in found.flags if flag in FLAGS],
        "due_words": due_words,
    }


@pages.get("/<int:case_id>/sheet")
@signed_in
def sheet(case_id: int) -> ResponseReturnValue:
    """The case on paper: with its way, its clocks and a code that opens the page (after a log-in)."""
    actor = current_actor()
    found = case(actor, case_id)
    if not works_on(actor, case_id):
        return redirect(url_for("cases_open.own", case_id=found.id))
    address = full_address("cases.show_case", case_id=found.id)
    return render_template(
        "cases/desk/sheet.html",
        case=found,
        path=path_name(found.area_code),
        address=address,
        svg=Markup(draw_svg(address)),  # noqa: S704 - drawn here
        **_history(found),
    )
