"""Fair division: grids compared, proposals, and the forms that open, split and merge grids."""

import json
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import area, path_names
from core.clock import today
from core.errors import DomainError
from core.fields import AreaCode, Id, Text
from core.forms import Form, form_page
from core.people.api import household_head_name, household_numbers
from core.scope import AreaScope
from core.security import current_actor
from core.web import page_number, read_form, say
from plugins.grid.errors import CutMisses
from plugins.grid.queries.boundaries import boundaries_of
from plugins.grid.queries.division import (
    Proposal,
    factor,
    list_changes,
    proposals,
    village_load,
    village_loads,
)
from plugins.grid.queries.open_work import KINDS
from plugins.grid.services.division import Plan, cancel_change, change_division
from plugins.grid.views import pages
from plugins.grid.views.asked import DIVIDE, asked_area, asked_village, demand_grid, grid_choices
from plugins.grid.views.grids import map_settings
from plugins.grid.words import CHANGE_KINDS, CHANGE_STATES

PAGE_SIZE = 50


class OpenForm(Form):
    """A new grid."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)
    day = fields.Date(load_default=None, allow_none=True)


class SplitForm(Form):
    """Households that go into a new grid; `line` and `inside` come from the map, as JSON."""

    name = Text(60, shortest=1, required=True)
    households = fields.List(Id(), load_default=list)
    line = Text(20_000, load_default="")
    inside = Text(100, load_default="")
    day = fields.Date(load_default=None, allow_none=True)


class MergeForm(Form):
    """Which sister a grid goes into."""

    into = fields.String(required=True, validate=validate.Length(15, 15))
    day = fields.Date(load_default=None, allow_none=True)


@pages.get("/division")
@demands(DIVIDE)
def division() -> Any:
    """The grids of a village side by side; for a town or county the villages first."""
    village = asked_village(DIVIDE)
    if village:
        return _village_page(village, None)
    _, scope = asked_area(DIVIDE)
    rows = sorted(village_loads(scope), key=lambda row: (-row.flagged, row.code))
    page = page_number()
    return form_page(
        "grid/division_villages.html",
        None,
        villages=rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=len(rows),
        flagged=sum(row.flagged for row in rows),
        page=page,
        page_size=PAGE_SIZE,
        factor=factor(),
    )


def _village_page(village: str, refusal: DomainError | None) -> Any:
    load = village_load(village)
    return form_page(
        "grid/division.html",
        refusal,
        village=load,
        path=path_names([village])[village],
        top=max([grid.households for grid in load.grids], default=1) or 1,
        proposals=proposals(load),
        changes=[_shown(row) for row in list_changes(AreaScope((village,)), limit=20)],
        kinds=KINDS,
        factor=factor(),
        today=today(),
    )


def _shown(row: Any) -> dict[str, Any]:
    figures = json.loads(row.figures) if row.figures else {}
    return {
        "id": row.id,
        "kind": CHANGE_KINDS[row.kind],
        "day": row.day,
        "state": row.state,
        "state_title": CHANGE_STATES[row.state],
        "code": row.code,
        "figures": figures,
        "plan": json.loads(row.plan),
    }


@pages.post("/division/open")
@demands(DIVIDE)
def open_grid() -> Any:
    """A new grid under a village."""
    raw_code = request.form.get("area_code", "")
    try:
        form = read_form(OpenForm())
        _change(form["area_code"], Plan("open", name=form["name"]), form["day"])
    except DomainError as refusal:
        area(current_actor().demand(DIVIDE), raw_code)
        return _village_page(raw_code[:12], refusal)
    return redirect(url_for("grid.division", area=form["area_code"]), 303)


@pages.route("/grids/<string:area_code>/split", methods=["GET", "POST"])
@demands(DIVIDE)
def split_grid(area_code: str) -> Any:
    """Choose the households of the new grid; a proposal is ticked already."""
    code = demand_grid(DIVIDE, area_code)
    refusal = None
    if request.method == "POST":
        try:
            form = read_form(SplitForm())
            plan = Plan(
                "split",
                name=form["name"],
                source=code,
                households=tuple(form["households"]),
                line=_points(form["line"]),
                inside=next(iter(_points(f"[{form['inside']}]")), None) if form["inside"] else None,
            )
            _change(code[:12], plan, form["day"])
        except DomainError as error:
            refusal = error
        else:
            return redirect(url_for("grid.division", area=code[:12]), 303)
    return _split_page(code, refusal)


def _split_page(code: str, refusal: DomainError | None) -> Any:
    rows = household_numbers(AreaScope((code,)), code)
    heads = household_head_name([key for key, _, _ in rows])
    proposal = _proposal_for(code)
    ticked = set(request.form.getlist("households"))
    if not ticked and proposal is not None and request.method == "GET":
        ticked = {str(key) for key in proposal.household_ids}
    return form_page(
        "grid/split.html",
        refusal,
        grid=area(current_actor().demand(DIVIDE), code),
        village=code[:12],
        households=[(key, number, people, heads.get(key, "")) for key, number, people in rows],
        ticked=ticked,
        has_boundary=code in boundaries_of([code]),
        line=json.dumps(proposal.line) if proposal and proposal.line else "",
        inside=json.dumps(proposal.inside) if proposal and proposal.inside else "",
        map=map_settings(),
        today=today(),
    )


def _proposal_for(code: str) -> Proposal | None:
    found = proposals(village_load(code[:12]))
    return next((each for each in found if each.kind == "split" and each.grid.code == code), None)


def _points(raw_text: str) -> tuple[tuple[float, float], ...]:
    """Points as the map writes them: [[longitude, latitude], ...]. Raises CutMisses for anything else."""
    if not raw_text:
        return ()
    try:
        return tuple((float(lng), float(lat)) for lng, lat in json.loads(raw_text))
    except (ValueError, TypeError, RecursionError):
        raise CutMisses from None


@pages.route("/grids/<string:area_code>/merge", methods=["GET", "POST"])
@demands(DIVIDE)
def merge_grid(area_code: str) -> Any:
    """Choose the sister that takes over households, work and staff."""
    code = demand_grid(DIVIDE, area_code)
    refusal = None
    if request.method == "POST":
        try:
            form = read_form(MergeForm())
            _change(code[:12], Plan("merge", source=code, into=form["into"]), form["day"])
        except DomainError as error:
            refusal = error
        else:
            return redirect(url_for("grid.division", area=code[:12]), 303)
    load = village_load(code[:12])
    found = [each for each in proposals(load) if each.kind == "merge" and each.grid.code == code]
    return form_page(
        "grid/merge.html",
        refusal,
        grid=area(current_actor().demand(DIVIDE), code),
        village=load,
        sisters=[(key, name) for key, name in grid_choices(code[:12]) if key != code],
        proposed=found[0].into.code if found and found[0].into else "",
        loads={each.code: each for each in load.grids},
        kinds=KINDS,
        today=today(),
    )


def _change(village: str, plan: Plan, day: date | None) -> None:
    row = change_division(current_actor(), village, plan, day=day)
    if row.state == "done":
        flash(say("已生效，调整前后户数、人数和事项数相符。"), "success")
    else:
        flash(say("已预定，%(day)s 零点后自动生效。", day=row.day.isoformat()), "success")


@pages.post("/division/changes/<int:change_id>/cancel")
@demands(DIVIDE)
def cancel_planned(change_id: int) -> Any:
    """A planned change is off."""
    cancel_change(current_actor(), change_id)
    flash(say("已取消。"), "success")
    return redirect(request.referrer or url_for("grid.division"), 303)
