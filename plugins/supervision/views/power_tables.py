"""The power list from a workbook: look over, confirm; and the shipped list taken over by one button."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.clock import today
from core.errors import DomainError
from core.fields import Text
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.sheets import (
    XLSX_TYPE,
    Outcome,
    SheetRefused,
    Upload,
    blank_workbook,
    drop_upload,
    kept_upload,
    marked_file,
)
from core.table_pages import put_aside
from core.web import once_per_form, read_form, save_as, say
from plugins.supervision.services.power_table import COLUMNS, import_powers, shipped, take_over_shipped
from plugins.supervision.views import pages

KEEP = "supervision.powers"


class TableForm(Form):
    """From which day on a table holds, and what it changes."""

    valid_from = fields.Date(required=True)
    note = Text(200, load_default="")


@pages.get("/powers/import")
@demands(KEEP)
def power_table() -> Any:
    """The form for a workbook, and the shipped list."""
    return _form_page(None)


@pages.get("/powers/import/blank.xlsx")
@demands(KEEP)
def blank_powers() -> Response:
    """A table to fill in."""
    return save_as("powers.xlsx", XLSX_TYPE, blank_workbook(COLUMNS))


@pages.post("/powers/import")
@demands(KEEP)
def upload_powers() -> Any:
    """Put the table aside and show what is in it; nothing is taken over yet."""
    try:
        form = read_form(TableForm())
        token = put_aside()
    except DomainError as refusal:
        return _form_page(refusal)
    return redirect(_preview_address(token, form["valid_from"], form["note"]), 303)


@pages.get("/powers/import/<string:token>")
@demands(KEEP)
def preview_powers(token: str) -> Any:
    """What the table would change, or what is wrong in it."""
    try:
        outcome, upload = _read(token, dry_run=True)
    except SheetRefused as refusal:
        return _form_page(refusal)
    return render_template(
        "supervision/power_preview.html",
        outcome=outcome,
        file_name=upload.name,
        token=token,
        values=_values(),
    )


@pages.post("/powers/import/<string:token>")
@demands(KEEP)
def import_power_table(token: str) -> Any:
    """Take over what was looked at."""
    outcome, _ = _read(token, dry_run=False)
    if not outcome.clean:
        values = _values()
        return redirect(_preview_address(token, values["valid_from"], values["note"]), 303)
    drop_upload(current_actor(), token)
    flash(say("已新增 %(added)d 项，更新 %(changed)d 项。", **outcome.counts), "success")
    return redirect(url_for("supervision.powers"), 303)


@pages.get("/powers/import/<string:token>/marked.<string:kind>")
@demands(KEEP)
def marked_powers(token: str, kind: str) -> Response:
    """The table with its mistakes marked (xlsx), or the list of them (csv)."""
    outcome, upload = _read(token, dry_run=True)
    return save_as(*marked_file(upload, outcome.mistakes, kind))


@pages.post("/powers/shipped")
@demands(KEEP)
@once_per_form
def take_over() -> Any:
    """Add the shipped items that the list has not."""
    try:
        added = take_over_shipped(current_actor(), valid_from=today())
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已采用随附清单 %(count)d 项，请逐项核对依据和时限。", count=added), "success")
    return redirect(url_for("supervision.powers"), 303)


def _form_page(refusal: DomainError | None) -> Any:
    return form_page(
        "supervision/power_import.html",
        refusal,
        columns=COLUMNS,
        shipped=len(shipped()),
        today=today(),
    )


def _values() -> dict[str, Any]:
    """Day and note, carried along in the address while a table is looked over."""
    try:
        day = date.fromisoformat(request.args.get("valid_from", ""))
    except ValueError:
        day = today()
    return {"valid_from": day, "note": request.args.get("note", "")[:200]}


def _read(token: str, *, dry_run: bool) -> tuple[Outcome, Upload]:
    upload, values = kept_upload(current_actor(), token), _values()
    note = values["note"] or say("按表格更新")
    return import_powers(
        current_actor(), upload, valid_from=values["valid_from"], note=note, dry_run=dry_run
    ), upload


def _preview_address(token: str, valid_from: date, note: str) -> str:
    return url_for("supervision.preview_powers", token=token, valid_from=valid_from.isoformat(), note=note)
