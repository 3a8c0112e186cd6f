"""A household's kin: entered and taken back on its page."""

from typing import Any

from flask import flash, redirect, url_for

from core.access import demands
from core.errors import DomainError
from core.people import queries, services
from core.people.forms import KinshipForm
from core.people.views.blueprint import pages
from core.people.views.households import household_page
from core.security import current_actor
from core.web import read_form, say


@pages.post("/households/<int:household_id>/kinship")
@demands("people.edit")
def add_kinship(household_id: int) -> Any:
    """Register that somebody is kin to a member."""
    queries.household(current_actor().demand("people.edit"), household_id)
    try:
        services.add_kinship(current_actor(), **read_form(KinshipForm()))
    except DomainError as error:
        return household_page(household_id, {}, error), error.status
    flash(say("已登记亲属关系。"), "success")
    return redirect(url_for("people.household", household_id=household_id), 303)


@pages.post("/households/<int:household_id>/kinship/<int:kinship_id>/remove")
@demands("people.edit")
def remove_kinship(household_id: int, kinship_id: int) -> Any:
    """Take it back."""
    services.remove_kinship(current_actor(), kinship_id)
    flash(say("已去掉这条亲属关系。"), "success")
    return redirect(url_for("people.household", household_id=household_id), 303)
