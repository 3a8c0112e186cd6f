"""Household files at the desk: how fresh they are, special registers, export."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.county import county
from core.errors import DomainError, NotFound
from core.people.api import RISK_LEVELS
from core.problems import show, translated
from core.security import current_actor
from core.web import page_number, save_as, say
from plugins.grid.errors.files import ExportTooLarge
from plugins.grid.queries import freshness as fresh
from plugins.grid.queries import registers as reg
from plugins.grid.services import registers as services
from plugins.grid.services.file_exports import export_files
from plugins.grid.views import pages

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
        per_cent=fresh.per_cent,
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
def registers() -> Any:
    """Special registers: a filter is chosen, the list is made of what stands in register and files."""
    return _registers_page(None)


@pages.post("/registers")
@demands(P + "file_items")
def name_register() -> Any:
    """Save the filter under a name of the county's own."""
    try:
        services.name_register(current_actor(), _wanted_register(), request.form.get("title", ""))
    except NotFound:
        raise
    except DomainError as refusal:
        return _registers_page(refusal)
    flash(say("已存为专项档案，全县区都能用。"), "success")
    return redirect(url_for("grid.registers", register=_wanted_register()), 303)


@pages.post("/registers/<int:register_id>/drop")
@demands(P + "file_items")
def drop_register(register_id: int) -> Any:
    """Offer it no more."""
    services.drop_register(current_actor(), register_id)
    flash(say("已取消这个专项档案，档案内容没有改动。"), "success")
    return redirect(url_for("grid.registers"), 303)


def _registers_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(P + "file_view")
    area_code, code = chosen_area(scope), _wanted_register()
    title = reg.title_of(code) if code else ""
    if title is None:
        raise NotFound
    rows, total = (
        reg.listed(scope, code, area_code=area_code, page=page_number(), page_size=PAGE_SIZE)
        if code
        else ([], 0)
    )
    known = reg.registers()
    page = render_template(
        "grid/registers.html",
        registers=known,
        chosen=next((each for each in known if each.code == code), None),
        may_name=actor.may(P + "file_items", county().settings.county_code),
        error=show(refusal) if refusal else None,
        typed=request.form,
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
    return page, refusal.status if refusal else 200


def _wanted_register() -> str:
    item, picks = request.args.get("item", "")[:30], request.args.getlist("pick")
    if item and picks:
        return f"item:{item}:{','.join(picks)}"[:230]
    return request.values.get("register", "")[:230]


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
    return save_as(name, mimetype, body)
