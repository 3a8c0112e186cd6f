"""Filing for somebody: found in the register, so that nothing is typed twice; both names are kept."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from core.access import demands, signed_in
from core.areas.api import path_name
from core.cases.forms import FileForm
from core.cases.kinds import kinds
from core.cases.queries.cases import case, code_of
from core.cases.queries.reach import REPORT, VIEW
from core.cases.rows import NewCase
from core.cases.services.reporting import demand_report, report_case
from core.cases.views.desk import pages
from core.cases.views.desk.places import area_options
from core.cases.views.open.held_page import full_address
from core.cases.words import DIFFICULTY_NAMES
from core.errors import DomainError, NotFound
from core.files.api import prepared_photos
from core.people.api import find_households, household, person, persons_of
from core.problems import show
from core.qr import draw_svg
from core.security import current_actor
from core.web import form_key, read_form, say

MOST_PHOTOS = 6
REGISTER = "people.view"


@pages.get("/new")
@demands(VIEW)
def new_case() -> ResponseReturnValue:
    """Find the household, choose the person, say what it is."""
    return _page(None)


@pages.post("/new")
@demands(VIEW)
def file_case() -> ResponseReturnValue:
    """File it; the slip with the number is for whoever it was filed for."""
    actor = current_actor()
    try:
        form = read_form(FileForm())
        new = _new_case(form)
        demand_report(actor, new.area_code, request.remote_addr or "")
        photos = prepared_photos(request.files.getlist("photos"), most=MOST_PHOTOS)
        case_id = report_case(actor, new, photos, request.form.get("form_key", ""))
    except NotFound:
        raise
    except DomainError as error:
        return _page(error)
    flash(say("已登记。"), "success")
    return redirect(url_for("cases.slip", case_id=case_id), 303)


def _new_case(form: dict[str, Any]) -> NewCase:
    actor, person_id = current_actor(), form["person_id"]
    area_code = person(actor.scope(REGISTER), person_id).area_code if person_id else form["area_code"]
    actor.demand(VIEW, area_code)
    return NewCase(
        kind=form["kind"],
        text=form["text"],
        area_code=area_code,
        place=form["place"],
        difficulty=form["difficulty"] or None,
        on_behalf_of=person_id,
        public=False if form["private"] else None,
        urgent=form["urgent"],
        solved_on_spot=form["solved_on_spot"],
        answer=form["answer"],
    )


def _page(error: DomainError | None) -> ResponseReturnValue:
    actor = current_actor()
    register = actor.scope(REGISTER)
    text = request.args.get("q", "").strip()[:60]
    chosen = _asked("household")
    someone = person(register, number) if (number := _asked("person") or _asked("person_id")) else None
    home = household(register, someone.household_id if someone else chosen) if someone or chosen else None
    page = render_template(
        "cases/desk/new.html",
        q=text,
        found=find_households(register, text) if text else [],
        home=home,
        members=persons_of(home.id) if home and not someone else [],
        person=someone,
        path=path_name(home.area_code) if home else "",
        may_search=actor.may(REGISTER) and actor.may(REPORT),
        # Somebody passing by, or nobody in particular: the case is of an area only.
        nobody=request.values.get("nobody") == "1",
        areas=area_options(actor.scope(VIEW)),
        kinds=[(each.name, say(each.title)) for each in kinds().values()],
        difficulties=[(code, say(title)) for code, title in DIFFICULTY_NAMES.items()],
        typed=request.form,
        key=request.form.get("form_key") or form_key(),
        error=show(error) if error else None,
        most=MOST_PHOTOS,
    )
    return page, error.status if error else 200


def _asked(name: str) -> int:
    raw = request.values.get(name, "")
    return int(raw) if re.fullmatch(r"[0-9]{1,15}", raw) else 0


@pages.get("/<int:case_id>/slip")
@signed_in
def slip(case_id: int) -> str:
    """Number, key and code on paper, for whoever it was filed for; only the filer prints it."""
    actor = current_actor()
    found = case(actor, case_id)
    if not found.key:
        raise NotFound
    address = full_address("cases_open.follow", token=code_of(actor, case_id))
    return render_template(
        "cases/desk/slip.html",
        case=found,
        path=path_name(found.area_code),
        address=address,
        asked_by_staff=found.on_behalf or found.person_id is None,
        svg=Markup(draw_svg(address)),  # noqa: S704 - drawn here
    )
