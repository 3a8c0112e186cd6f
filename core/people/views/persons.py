"""A member of a household: forms, and one field in clear."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError
from core.people import queries, services
from core.people.forms import PersonForm, RevealForm
from core.people.rows import PersonChanges, PersonRow
from core.people.views.blueprint import pages
from core.people.views.households import household_page
from core.people.words import FIELDS, RISK_LEVELS, TAGS
from core.problems import show
from core.security import current_actor
from core.web import read_form, say


@pages.get("/households/<int:household_id>/persons/new")
@demands("people.edit")
def new_person_form(household_id: int) -> str:
    """An empty form."""
    queries.household(current_actor().demand("people.edit"), household_id)
    return _form_page(household_id, None, {"risk_level": "low"}, (), None)


@pages.post("/households/<int:household_id>/persons/new")
@demands("people.edit")
def add_person(household_id: int) -> Any:
    """Register a member."""
    try:
        form = read_form(PersonForm())
        row = PersonRow(
            form["name"],
            form["citizen_id"],
            form["phone"],
            form["is_head"],
            form["risk_level"],
            tuple(form["tags"]),
        )
        services.add_person(current_actor(), household_id, row)
    except DomainError as error:
        queries.household(current_actor().demand("people.edit"), household_id)
        return _form_page(household_id, None, request.form, request.form.getlist("tags"), error), error.status
    flash(say("已登记 %(name)s。", name=form["name"]), "success")
    return redirect(url_for("people.household", household_id=household_id), 303)


@pages.get("/persons/<int:person_id>/edit")
@demands("people.edit")
def edit_person_form(person_id: int) -> str:
    """The form with what is stored; numbers stay masked."""
    row = queries.person(current_actor().demand("people.edit"), person_id)
    return _form_page(row.household_id, row, vars(row), row.tags, None)


@pages.post("/persons/<int:person_id>/edit")
@demands("people.edit")
def update_person(person_id: int) -> Any:
    """Change a member; an empty number keeps the stored one."""
    row = queries.person(current_actor().demand("people.edit"), person_id)
    try:
        form = read_form(PersonForm())
        changes = PersonChanges(
            name=form["name"],
            citizen_id="" if form["clear_citizen_id"] else form["citizen_id"] or None,
            phone="" if form["clear_phone"] else form["phone"] or None,
            is_head=form["is_head"],
            risk_level=form["risk_level"],
            tags=tuple(form["tags"]),
        )
        services.update_person(current_actor(), person_id, changes)
    except DomainError as error:
        return _form_page(
            row.household_id, row, request.form, request.form.getlist("tags"), error
        ), error.status
    flash(say("已保存。"), "success")
    return redirect(url_for("people.household", household_id=row.household_id), 303)


@pages.post("/persons/<int:person_id>/reveal")
@demands("people.reveal")
def reveal(person_id: int) -> Any:
    """One field in clear: a fragment for htmx, else the whole file with the field in it."""
    row = queries.person(current_actor().demand("people.reveal"), person_id)
    error, text, field = None, "", ""
    try:
        form = read_form(RevealForm())
        field = form["field"]
        text = services.reveal_field(current_actor(), person_id, **form)
    except DomainError as refusal:
        error = refusal
    if request.headers.get("HX-Request"):
        # htmx shows only successful answers, so a refusal is a fragment with its sentence.
        errors = show(error).errors if error else {}
        return render_template(
            "people/_revealed.html", text=text, field=field, error=error, errors=errors, fields=FIELDS
        )
    page = household_page(row.household_id, {(person_id, field): text} if text else {}, error)
    return page, error.status if error else 200


def _form_page(
    household_id: int, person: queries.PersonBrief | None, values: Any, tags: Any, error: DomainError | None
) -> str:
    return render_template(
        "people/person_form.html",
        household_id=household_id,
        person=person,
        values=values,
        chosen_tags=set(tags),
        error=error,
        errors=show(error).errors if error else {},
        risk_levels=RISK_LEVELS,
        tags=TAGS,
    )
