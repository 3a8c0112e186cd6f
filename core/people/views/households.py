"""The list of households, one household's file, its forms."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from core.access import demands
from core.areas.api import list_areas, path_name
from core.clock import today
from core.errors import DomainError
from core.people import kinship, queries, services
from core.people.forms import HouseholdForm, ListQuery
from core.people.leavings import left_of
from core.people.rows import HouseholdRow
from core.people.views.blueprint import pages
from core.people.words import FIELDS, LEAVINGS, PURPOSES, RELATIONS, RISK_LEVELS, TAGS
from core.problems import show
from core.security import current_actor
from core.web import read_form, say

PAGE_SIZE = 20


@pages.get("")
@demands("people.view")
def list_page() -> str:
    """Households by area and number; the box searches by name, number, citizen ID or phone."""
    scope = current_actor().demand("people.view")
    wish = read_list_query()
    rows, total = queries.list_households(
        scope, search=wish["search"], area_code=wish["area_code"], page=wish["page"], page_size=PAGE_SIZE
    )
    return render_template(
        "people/list.html",
        households=rows,
        total=total,
        page=wish["page"],
        page_size=PAGE_SIZE,
        search=wish["search"],
        area_code=wish["area_code"],
        areas=list_areas(scope, level="village", on_date=today(), page_size=1_000)[0],
    )


def read_list_query() -> dict[str, Any]:
    """The search row; what cannot be read counts as not said."""
    names = [name for name in ("search", "area_code", "page") if request.args.get(name)]
    try:
        wish: dict[str, Any] = ListQuery().load({name: request.args[name] for name in names})
    except ValidationError:
        wish = ListQuery().load({})
    if not (wish["area_code"].isascii() and wish["area_code"].isdigit()):
        wish["area_code"] = ""
    return wish


@pages.get("/households/<int:household_id>")
@demands("people.view")
def household(household_id: int) -> str:
    """A household's file."""
    return household_page(household_id, {})


def household_page(
    household_id: int, shown: dict[tuple[int, str], str], error: DomainError | None = None
) -> str:
    """The file; `shown` holds fields in clear by person and field, right after they were asked for."""
    actor = current_actor()
    row = queries.household(actor.demand("people.view"), household_id)
    return render_template(
        "people/household.html",
        household=row,
        path=path_name(row.area_code),
        persons=queries.persons_of(row.id),
        left=left_of(actor.scope("people.view"), row.id),
        leavings=LEAVINGS,
        today=today(),
        may_edit=row.ended_at is None and actor.may("people.edit", row.area_code),
        may_reveal=actor.may("people.reveal", row.area_code),
        may_open_account=row.ended_at is None and actor.may("accounts.manage", row.area_code),
        shown=shown,
        error=error,
        errors=show(error).errors if error else {},
        risk_levels=RISK_LEVELS,
        tags=TAGS,
        fields=FIELDS,
        purposes=PURPOSES,
        kinships=kinship.kinships_of(actor.scope("people.view"), row.id),
        relations=RELATIONS,
    )


@pages.get("/households/new")
@demands("people.edit")
def new_form() -> str:
    """An empty form."""
    return _form_page(None, {}, None)


@pages.post("/households/new")
@demands("people.edit")
def create() -> Any:
    """Register a household; its members follow on its page."""
    try:
        form = read_form(HouseholdForm())
        row = HouseholdRow(form["area_code"], form["number"], form["address"])
        household_id = services.create_household(current_actor(), row)
    except DomainError as error:
        return _form_page(None, request.form, error), error.status
    flash(say("已登记这一户，请接着登记成员。"), "success")
    return redirect(url_for("people.new_person_form", household_id=household_id), 303)


@pages.get("/households/<int:household_id>/edit")
@demands("people.edit")
def edit_form(household_id: int) -> str:
    """The form with what is stored; the address stays masked."""
    row = queries.household(current_actor().demand("people.edit"), household_id)
    return _form_page(row, {"area_code": row.area_code, "number": row.number}, None)


@pages.post("/households/<int:household_id>/edit")
@demands("people.edit")
def update(household_id: int) -> Any:
    """Change a household; an empty address keeps the stored one."""
    row = queries.household(current_actor().demand("people.edit"), household_id)
    try:
        form = read_form(HouseholdForm())
        address = "" if form["clear_address"] else form["address"] or None
        services.update_household(
            current_actor(), household_id, area_code=form["area_code"], number=form["number"], address=address
        )
    except DomainError as error:
        return _form_page(row, request.form, error), error.status
    flash(say("已保存。"), "success")
    return redirect(url_for("people.household", household_id=household_id), 303)


@pages.post("/households/<int:household_id>/end")
@demands("people.edit")
def end(household_id: int) -> Any:
    """End a household, unless a plugin has a reason against it."""
    try:
        services.end_household(current_actor(), household_id)
    except DomainError as error:
        return household_page(household_id, {}, error), error.status
    flash(say("已销户。历史仍可查看。"), "success")
    return redirect(url_for("people.list_page"), 303)


def _form_page(row: queries.HouseholdBrief | None, values: Any, error: DomainError | None) -> str:
    scope = current_actor().demand("people.edit")
    places = [
        place
        for level in ("village", "grid")
        for place in list_areas(scope, level=level, on_date=today(), page_size=5_000)[0]
    ]
    return render_template(
        "people/household_form.html",
        household=row,
        values=values,
        error=error,
        errors=show(error).errors if error else {},
        places=sorted(places, key=lambda place: place.code),
    )
