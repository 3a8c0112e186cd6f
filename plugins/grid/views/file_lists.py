"""Household files at the desk: how fresh they are, special registers, export."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.errors import NotFound
from core.people.api import RISK_LEVELS
from core.problems import translated
from core.security import current_actor
from core.web import page_number
from plugins.grid.errors.files import ExportTooLarge
from plugins.grid.queries import freshness as fresh
from plugins.grid.queries import registers as reg
from plugins.grid.services.file_exports import export_files
from plugins.grid.views import pages
from plugins.grid.views.choices import chosen_area, way_up, ways_down

P = "grid."
PAGE_SIZE = 20


@pages.get("/freshness")
@demands(P + "file_view")
def freshness() -> str:
    """How old the files of each area are, and how many were updated a day."""
    actor = current_actor()
    scope = actor.demand(P + "file_view")
    area_code = chosen_area(scope)
    days = fresh.refresh_days(scope, area_code)
    rows = fresh.freshness(scope, area_code)
    return render_template(
        "grid/freshness.html",
        rows=rows,
        total=sum(row.households for row in rows),
        within=[sum(row.within[place] for row in rows) for place in range(3)],
        days=days,
        top=max([day.files for day in days] + [1]),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        may_export=actor.may(P + "file_export", area_code),
    )


@pages.get("/registers")
@demands(P + "file_view")
def registers() -> str:
    """Special registers: a filter is chosen, the list is made of what stands in register and files."""
    scope = current_actor().demand(P + "file_view")
    area_code, code = chosen_area(scope), _wanted_register()
    title = reg.title_of(code) if code else ""
    if title is None:
        raise NotFound
    rows, total = (
        reg.listed(scope, code, area_code=area_code, page=page_number(), page_size=PAGE_SIZE)
        if code
        else ([], 0)
    )
    return render_template(
        "grid/registers.html",
        registers=reg.registers(),
        filters=reg.filters(),
        code=code,
        title=title,
        rows=rows,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        area_code=area_code,
        area_name=path_name(area_code),
        areas=ways_down(scope, area_code),
        up=way_up(scope, area_code),
        risk_levels=RISK_LEVELS,
    )


def _wanted_register() -> str:
    item, pick = request.args.get("item", "")[:30], request.args.get("pick", "")[:30]
    if item and pick:
        return f"item:{item}:{pick}"
    return request.args.get("register", "")[:120]


@pages.post("/file-export")
@demands(P + "file_export")
def export_page() -> Any:
    """The files of an area as a table; leaves a line in the record."""
    area_code = chosen_area(current_actor().demand(P + "file_export"))
    kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    try:
        name, mimetype, body = export_files(current_actor(), kind=kind, area_code=area_code)  # type: ignore[arg-type]
    except ExportTooLarge as refusal:
        flash(translated(refusal), "error")
        return redirect(url_for("grid.freshness", area=area_code), 303)
    headers = {"Content-Type": mimetype, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, headers)
