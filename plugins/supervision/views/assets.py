"""Funds, assets and resources at the desk: what is published, a workbook brought in, who is overdue."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.county import plugin_settings
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Text
from core.files.api import files_of
from core.forms import Form, form_page
from core.security import current_actor
from core.sheets import (
    XLSX_TYPE,
    Outcome,
    Upload,
    blank_workbook,
    drop_upload,
    kept_upload,
    marked_file,
)
from core.table_pages import put_aside
from core.web import page_number, read_form, save_as, say
from plugins.supervision.charts import bars
from plugins.supervision.power_words import INCOME, ROW_KINDS, SPENDING
from plugins.supervision.queries import assets as queries
from plugins.supervision.queries.questions import waiting_in
from plugins.supervision.services.assets import COLUMNS, publish_assets
from plugins.supervision.views import pages
from plugins.supervision.views.village_powers import drawn, public_address

VIEW, PUBLISH = queries.VIEW, queries.PUBLISH
PAGE_SIZE = 20
_PERIOD = re.compile(r"20[0-9]{2}-(Q[1-4]|[0-9]{2})")


class SheetForm(Form):
    """Which village, which period, and what a correction changes."""

    area_code = AreaCode(required=True)
    period = Text(7, shortest=7, required=True)
    note = Text(300, load_default="")


@pages.get("/assets")
@demands(VIEW)
def assets() -> Any:
    """What the villages of an area published; for a village the form for a workbook."""
    return _list_page(chosen_area(current_actor().demand(VIEW)), None)


@pages.get("/assets/overdue")
@demands(VIEW)
def assets_overdue() -> str:
    """Villages that have not published when due."""
    scope = current_actor().demand(VIEW)
    area_code = chosen_area(scope)
    found, total = queries.overdue(scope, area_code=area_code, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "supervision/assets_overdue.html",
        rows=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 9 else [],
        due_days=plugin_settings("supervision")["assets_due_days"],
    )


@pages.get("/assets/<int:sheet_id>")
@demands(VIEW)
def assets_sheet(sheet_id: int) -> str:
    """One publication with its chart, lines, versions and the workbook it came from."""
    actor = current_actor()
    view = queries.sheet(actor.demand(VIEW), sheet_id)
    return render_template(
        "supervision/assets_sheet.html",
        **shown(view, queries.versions_of(view)),
        path=path_name(view.area_code),
        files=files_of(f"{queries.SUBJECT}:{view.id}"),
        waiting=waiting_in(actor.scope(VIEW), view.area_code),
        may_publish=actor.may(PUBLISH, view.area_code),
    )


@pages.get("/assets/<int:sheet_id>/print")
@demands(VIEW)
def assets_print(sheet_id: int) -> str:
    """The same for the notice board, with a code that leads to the public page."""
    view = queries.sheet(current_actor().demand(VIEW), sheet_id)
    address = public_address("supervision.open_assets", code=view.area_code, sheet=view.id)
    return render_template(
        "supervision/assets_print.html",
        **shown(view, queries.versions_of(view)),
        path=path_name(view.area_code),
        address=address,
        svg=drawn(address),
        today=today(),
    )


@pages.get("/assets/import/blank.xlsx")
@demands(PUBLISH)
def blank_assets() -> Response:
    """A table to fill in."""
    return save_as("assets.xlsx", XLSX_TYPE, blank_workbook(COLUMNS))


@pages.post("/assets/import")
@demands(PUBLISH)
def upload_assets() -> Any:
    """Put the workbook aside and show what is in it; nothing is published yet."""
    try:
        form = read_form(SheetForm())
        current_actor().demand(PUBLISH, form["area_code"])
        token = put_aside()
    except NotFound:
        raise
    except DomainError as refusal:
        area_code = request.form.get("area_code", "")
        scope = current_actor().demand(VIEW)
        return _list_page(area_code if scope.covers(area_code) else scope.prefixes[0], refusal)
    return redirect(url_for("supervision.preview_assets", token=token, **form), 303)


@pages.get("/assets/import/<string:token>")
@demands(PUBLISH)
def preview_assets(token: str) -> Any:
    """What the workbook would publish, or what is wrong in it."""
    values = _values()
    try:
        outcome, upload = _read(token, values, dry_run=True)
    except NotFound:
        raise
    except DomainError as refusal:
        return _list_page(values["area_code"], refusal)
    return render_template(
        "supervision/assets_preview.html",
        outcome=outcome,
        file_name=upload.name,
        token=token,
        values=values,
        area_name=path_name(values["area_code"]),
    )


@pages.post("/assets/import/<string:token>")
@demands(PUBLISH)
def import_assets(token: str) -> Any:
    """Publish what was looked at."""
    values = _values()
    try:
        outcome, _ = _read(token, values, dry_run=False)
    except NotFound:
        raise
    except DomainError as refusal:
        return _list_page(values["area_code"], refusal)
    if not outcome.clean:
        return redirect(url_for("supervision.preview_assets", token=token, **values), 303)
    drop_upload(current_actor(), token)
    flash(say("已公开。内容不能再改，如需更正请上传更正后的表格。"), "success")
    return redirect(url_for("supervision.assets_sheet", sheet_id=outcome.batch), 303)


@pages.get("/assets/import/<string:token>/marked.<string:kind>")
@demands(PUBLISH)
def marked_assets(token: str, kind: str) -> Response:
    """The workbook with its mistakes marked (xlsx), or the list of them (csv)."""
    outcome, upload = _read(token, _values(), dry_run=True)
    return save_as(*marked_file(upload, outcome.mistakes, kind))


def shown(view: queries.SheetView, versions: Sequence[queries.SheetView]) -> dict[str, Any]:
    """What every page of a publication shows: itself, its lines, its chart, its versions."""
    lines, left = queries.sheet_rows(view)
    sums = queries.sums_by_category(view)
    return {
        "sheet": view,
        "lines": lines,
        "left": left,
        "charts": [(ROW_KINDS[kind], kind, bars(sums[kind])) for kind in (INCOME, SPENDING) if sums[kind]],
        "kinds": ROW_KINDS,
        "versions": versions,
        "gap": queries.opening_gap(view),
    }


def _list_page(area_code: str, refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    if not scope.covers(area_code):
        raise NotFound
    is_village = len(area_code) == 12
    found, total = queries.list_sheets(scope, area_code=area_code, page=page_number(), page_size=PAGE_SIZE)
    return form_page(
        "supervision/assets.html",
        refusal,
        sheets=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=[] if is_village else ways_down(scope, area_code),
        columns=COLUMNS,
        overdue=queries.overdue(scope, area_code=area_code, page_size=1)[1],
        waiting=waiting_in(scope, area_code),
        period=queries.next_period(area_code) if is_village else "",
        may_publish=is_village and actor.may(PUBLISH, area_code),
    )


def _values() -> dict[str, Any]:
    """Village, period and note, carried along in the address while a workbook is looked over."""
    area_code, period = request.args.get("area_code", ""), request.args.get("period", "")
    if not current_actor().scope(VIEW).covers(area_code) or not _PERIOD.fullmatch(period):
        raise NotFound
    return {"area_code": area_code, "period": period, "note": request.args.get("note", "")[:300]}


def _read(token: str, values: dict[str, Any], *, dry_run: bool) -> tuple[Outcome, Upload]:
    upload = kept_upload(current_actor(), token)
    return publish_assets(current_actor(), upload, **values, dry_run=dry_run), upload
