"""Which household stands in which grid: ticked in a list, moved in bulk."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import area, area_names
from core.errors import DomainError, Invalid
from core.fields import Id
from core.forms import Form, form_page
from core.people.api import list_households
from core.scope import AreaScope
from core.security import current_actor
from core.text import N_
from core.web import page_number, read_form, say
from plugins.grid.services.division import Plan, change_division
from plugins.grid.views import pages
from plugins.grid.views.asked import DIVIDE, asked_village, grid_choices

PAGE_SIZE = 100


class AssignForm(Form):
    """Households and the grid they go to (or the village itself: no grid)."""

    households = fields.List(Id(), load_default=list)
    target = fields.String(required=True)


@pages.route("/households", methods=["GET", "POST"])
@demands(DIVIDE)
def assign_households() -> Any:
    """The households of a village with their grids; tick and move."""
    village = asked_village(DIVIDE)
    if not village:
        return redirect(url_for("grid.division"))
    refusal = None
    if request.method == "POST":
        try:
            form = read_form(AssignForm())
            chosen = tuple(form["households"])
            if not chosen:
                raise Invalid(fields={"households": [N_("请先勾选户。")]})
            plan = Plan("redraw", households=chosen, targets=(form["target"],) * len(chosen))
            change_division(current_actor(), village, plan)
        except DomainError as error:
            refusal = error
        else:
            flash(say("已调整 %(count)d 户。", count=len(chosen)), "success")
            return redirect(request.full_path.rstrip("?"), 303)
    return _page(village, refusal)


def _page(village: str, refusal: DomainError | None) -> Any:
    actor = current_actor()
    where = request.args.get("grid", "")
    search = request.args.get("q", "").strip()
    page = page_number()
    row = area(actor.demand(DIVIDE), village)
    only = where if where.startswith(village) else village
    rows, total = list_households(
        AreaScope((village,)), search=search, area_code=only, page=page, page_size=PAGE_SIZE
    )
    if where == "none":
        # In no grid yet: registered at the village itself.
        rows, total = _in_no_grid(village, search, page)
    choices = grid_choices(village)
    return form_page(
        "grid/households.html",
        refusal,
        village=row,
        households=rows,
        total=total,
        page=page,
        page_size=PAGE_SIZE,
        grids=choices,
        where=where,
        q=search,
        names=area_names(household.area_code for household in rows),
    )


def _in_no_grid(village: str, search: str, page: int) -> tuple[list[Any], int]:
    # Codes sort the village itself before its grids, so its own households come first.
    rows, _ = list_households(AreaScope((village,)), search=search, page=1, page_size=5_000)
    here = [row for row in rows if row.area_code == village]
    return here[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(here)
