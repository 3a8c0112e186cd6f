"""Units and who works in them: opened, staffed, closed with a successor."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.access import demands
from core.accounts.api import list_accounts
from core.areas.api import LEVEL_DIGITS
from core.cases.forms import CloseUnitForm, MemberForm, UnitForm
from core.cases.queries.reach import MANAGE
from core.cases.queries.units import list_units
from core.cases.services import units
from core.cases.views.desk import pages
from core.cases.views.desk.places import area_options
from core.cases.words import LEVEL_NAMES
from core.errors import DomainError, NotFound
from core.problems import show
from core.security import current_actor
from core.web import read_form, say

_LEVELS = {digits: level for level, digits in LEVEL_DIGITS.items()}
_MOST = 500
_WORKERS = ("department_official", "town_official")


@pages.get("/units")
@demands(MANAGE)
def unit_list() -> ResponseReturnValue:
    """The units of one's areas."""
    return _page(None)


@pages.post("/units")
@demands(MANAGE)
def open_unit() -> ResponseReturnValue:
    """A new one."""
    try:
        form = read_form(UnitForm())
        level = _LEVELS.get(len(form["area_code"]), "")
        units.create_unit(current_actor(), level=level, **form)
    except NotFound:
        raise
    except DomainError as error:
        return _page(error)
    flash(say("已新设“%(name)s”，请安排人员。", name=form["name"]), "success")
    return redirect(url_for("cases.unit_list"), 303)


@pages.get("/units/<int:unit_id>")
@demands(MANAGE)
def one_unit(unit_id: int) -> ResponseReturnValue:
    """A unit: its people, and the way to close it."""
    return _unit_page(unit_id, None)


@pages.post("/units/<int:unit_id>/members")
@demands(MANAGE)
def add_member(unit_id: int) -> ResponseReturnValue:
    """Somebody works there from today on."""
    try:
        units.add_member(current_actor(), unit_id, read_form(MemberForm())["account_id"])
    except NotFound:
        raise
    except DomainError as error:
        return _unit_page(unit_id, error)
    flash(say("已安排。"), "success")
    return redirect(url_for("cases.one_unit", unit_id=unit_id), 303)


@pages.post("/units/<int:unit_id>/members/<int:account_id>/end")
@demands(MANAGE)
def end_member(unit_id: int, account_id: int) -> ResponseReturnValue:
    """No more."""
    units.end_member(current_actor(), unit_id, account_id)
    flash(say("已解除。"), "success")
    return redirect(url_for("cases.one_unit", unit_id=unit_id), 303)


@pages.post("/units/<int:unit_id>/close")
@demands(MANAGE)
def close_unit(unit_id: int) -> ResponseReturnValue:
    """Its open cases go to the successor, or one level up."""
    try:
        successor = read_form(CloseUnitForm())["successor_id"]
        moved = units.close_unit(current_actor(), unit_id, successor_id=successor)
    except NotFound:
        raise
    except DomainError as error:
        return _unit_page(unit_id, error)
    flash(say("已撤销，%(count)d 件未办结事项已转出。", count=moved), "success")
    return redirect(url_for("cases.unit_list"), 303)


def _page(error: DomainError | None) -> ResponseReturnValue:
    scope = current_actor().demand(MANAGE)
    found = list_units(scope, closed=True)
    page = render_template(
        "cases/desk/units.html",
        units=[unit for unit in found if not unit.is_closed],
        closed=[unit for unit in found if unit.is_closed],
        names={unit.id: unit.name for unit in found},
        levels=LEVEL_NAMES,
        areas=area_options(scope),
        typed=request.form if error else {},
        error=show(error) if error else None,
    )
    return page, error.status if error else 200


def _unit_page(unit_id: int, error: DomainError | None) -> ResponseReturnValue:
    found = list_units(current_actor().demand(MANAGE))
    unit = next((each for each in found if each.id == unit_id), None)
    if unit is None:
        raise NotFound
    page = render_template(
        "cases/desk/unit.html",
        unit=unit,
        successors=[
            (each.id, each.name)
            for each in found
            if each.id != unit.id and unit.area_code.startswith(each.area_code)
        ],
        levels=LEVEL_NAMES,
        candidates=_candidates(),
        error=show(error) if error else None,
    )
    return page, error.status if error else 200


def _candidates() -> list[tuple[int, str]]:
    """Accounts of offices in one's areas, who may be given a place in a unit."""
    actor = current_actor()
    if not actor.may("accounts.view"):
        return []
    found = {
        row.id: f"{row.name} · {row.area_name}"
        for role in _WORKERS
        for row in list_accounts(actor, role=role, state="enabled", page_size=_MOST)[0]
    }
    return list(found.items())
