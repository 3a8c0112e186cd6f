"""The whole staffing from a table: look, import, take back."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.security import current_actor
from core.sheets import (
    XLSX_TYPE,
    SheetEmpty,
    SheetRefused,
    Upload,
    blank_workbook,
    drop_upload,
    keep_upload,
    kept_upload,
    marked_file,
)
from core.web import say
from plugins.grid.services import staff_import as services
from plugins.grid.services.staff_checks import COLUMNS
from plugins.grid.views import pages
from plugins.grid.views.asked import STAFF


@pages.get("/staffing/import")
@demands(STAFF)
def staff_form() -> str:
    """Choose a table; the ones before, to be taken back."""
    return render_template(
        "grid/import.html", columns=COLUMNS, batches=services.list_batches(current_actor())
    )


@pages.get("/staffing/import/blank.xlsx")
@demands(STAFF)
def blank_staff() -> Response:
    """A table to fill in."""
    return _file("grid-staff.xlsx", XLSX_TYPE, blank_workbook(COLUMNS))


@pages.post("/staffing/import")
@demands(STAFF)
def upload_staff() -> Any:
    """Put the table aside and show what is in it; nothing is imported yet."""
    file = request.files.get("file")
    data = file.read() if file else b""
    if not file or not data:
        return _refused(SheetEmpty())
    token = keep_upload(current_actor(), Upload(file.filename or "", data))
    return redirect(url_for("grid.preview_staff", token=token), 303)


@pages.get("/staffing/import/<string:token>")
@demands(STAFF)
def preview_staff(token: str) -> Any:
    """What the table would give, or what is wrong in it."""
    upload = kept_upload(current_actor(), token)
    try:
        outcome = services.import_staff(current_actor(), upload, dry_run=True)
    except SheetRefused as error:
        return _refused(error)
    return render_template(
        "grid/import.html", columns=COLUMNS, outcome=outcome, file_name=upload.name, token=token, batches=[]
    )


@pages.post("/staffing/import/<string:token>")
@demands(STAFF)
def import_staff(token: str) -> Any:
    """Import what was checked."""
    upload = kept_upload(current_actor(), token)
    outcome = services.import_staff(current_actor(), upload, dry_run=False)
    if not outcome.clean:  # somebody took a seat between the look and the word
        return redirect(url_for("grid.preview_staff", token=token), 303)
    drop_upload(current_actor(), token)
    flash(say("已安排 %(posts)d 个岗位，涉及 %(grids)d 个网格。", **outcome.counts), "success")
    return redirect(url_for("grid.staff_form"), 303)


@pages.get("/staffing/import/<string:token>/marked.<string:kind>")
@demands(STAFF)
def marked_staff(token: str, kind: str) -> Response:
    """The table with its mistakes marked (xlsx), or the list of them (csv)."""
    upload = kept_upload(current_actor(), token)
    outcome = services.import_staff(current_actor(), upload, dry_run=True)
    return _file(*marked_file(upload, outcome.mistakes, kind))


@pages.post("/staffing/batches/<int:batch_id>/undo")
@demands(STAFF)
def undo_staff(batch_id: int) -> Any:
    """Take a table back."""
    count = services.undo_import(current_actor(), batch_id)
    flash(say("已撤销 %(count)d 个岗位。", count=count), "success")
    return redirect(url_for("grid.staff_form"), 303)


def _file(name: str, mimetype: str, body: bytes) -> Response:
    return Response(
        body, 200, {"Content-Type": mimetype, "Content-Disposition": f'attachment; filename="{name}"'}
    )


def _refused(error: SheetRefused) -> Any:
    batches = services.list_batches(current_actor())
    return render_template("grid/import.html", columns=COLUMNS, error=error, batches=batches), error.status
