"""Somebody leaves the register: entered and taken back on the household's page."""

from typing import Any

from flask import flash, redirect, url_for

from core.access import demands
from core.errors import DomainError, NotFound
from core.people import queries, services
from core.people.forms import LeavingForm, TakeBackForm
from core.people.homes import last_household_of
from core.people.views.blueprint import pages
from core.people.views.households import household_page
from core.security import current_actor
from core.web import read_form, say


@pages.post("/persons/<int:person_id>/leave")
@demands("people.edit")
def leave(person_id: int) -> Any:
    """Say that a member died or moved away."""
    household_id = _household(person_id)
    try:
        services.leave_register(current_actor(), person_id, **read_form(LeavingForm()))
    except DomainError as error:
        return household_page(household_id, {}, error), error.status
    flash(say("已登记离开。账号、代领等只属于本人的，已一并停用。"), "success")
    return redirect(url_for("people.household", household_id=household_id), 303)


@pages.post("/persons/<int:person_id>/take-back")
@demands("people.edit")
def take_back(person_id: int) -> Any:
    """It was a mistake, or they came back."""
    household_id = _household(person_id)
    try:
        services.take_leaving_back(current_actor(), person_id, **read_form(TakeBackForm()))
    except DomainError as error:
        return household_page(household_id, {}, error), error.status
    flash(say("已撤回离开登记。原账号仍是停用的，需要时请另行启用。"), "success")
    return redirect(url_for("people.household", household_id=household_id), 303)


def _household(person_id: int) -> int:
    """The household of a person whom the actor may edit. Raises NotFound."""
    household_id = last_household_of(person_id)
    if household_id is None:
        raise NotFound
    return queries.household(current_actor().demand("people.edit"), household_id).id
