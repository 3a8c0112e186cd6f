"""Tables in and out: the import with its dry run, the export."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError
from core.people import queries, services
from core.people.services.exports import Kind
from core.people.services.imports import COLUMNS
from core.people.views.blueprint import pages
from core.people.views.households import read_list_query
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


@pages.get("/import")
@demands("people.import")
def import_form() -> str:
    """Choose a table."""
    return _import_page()


@pages.get("/import/blank.xlsx")
@demands("people.import")
def blank_table() -> Response:
    """A table to fill in."""
    return _file("households.xlsx", XLSX_TYPE, blank_workbook(COLUMNS))


@pages.post("/import")
@demands("people.import")
def upload_table() -> Any:
    """Put the table aside and show what is in it; nothing is imported yet."""
    file = request.files.get("file")
    data = file.read() if file else b""
    if not file or not data:
        return _refused(SheetEmpty())
    token = keep_upload(current_actor(), Upload(file.filename or "", data))
    return redirect(url_for("people.preview", token=token), 303)


@pages.get("/import/<string:token>")
@demands("people.import")
def preview(token: str) -> Any:
    """Whom the table would register, or what is wrong in it."""
    upload = kept_upload(current_actor(), token)
    try:
        outcome = services.import_households(current_actor(), upload, dry_run=True)
    except SheetRefused as error:
        return _refused(error)
    return _import_page(outcome=outcome, file_name=upload.name, token=token)


@pages.post("/import/<string:token>")
@demands("people.import")
def import_table(token: str) -> Any:
    """Register what was checked."""
    upload = kept_upload(current_actor(), token)
    outcome = services.import_households(current_actor(), upload, dry_run=False)
    if not outcome.clean:  # somebody registered one of them between the look and the word
        return redirect(url_for("people.preview", token=token), 303)
    drop_upload(current_actor(), token)
    flash(say("已登记 %(households)d 户、%(persons)d 人。", **outcome.counts), "success")
    return redirect(url_for("people.list_page"), 303)


@pages.post("/import/batches/<int:batch_id>/undo")
@demands("people.import")
def undo_import(batch_id: int) -> Any:
    """Take an import back, unless something stands on it already."""
    try:
        batch = services.undo_import(current_actor(), batch_id)
    except DomainError as error:
        return _refused(error)
    flash(say("已撤销导入：%(count)d 户已删除。", count=batch.households), "success")
    return redirect(url_for("people.import_form"), 303)


@pages.get("/import/<string:token>/marked.<string:kind>")
@demands("people.import")
def marked(token: str, kind: str) -> Response:
    """The table with its mistakes marked (xlsx), or the list of them (csv)."""
    upload = kept_upload(current_actor(), token)
    outcome = services.import_households(current_actor(), upload, dry_run=True)
    return _file(*marked_file(upload, outcome.mistakes, kind))


@pages.post("/export")
@demands("people.export")
def export() -> Response:
    """The households of the list, masked. A POST, since it leaves a line in the record."""
    wish = read_list_query()
    kind: Kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    name, mimetype, body = services.export_households(
        current_actor(), kind=kind, search=wish["search"], area_code=wish["area_code"]
    )
    return _file(name, mimetype, body)


def _file(name: str, mimetype: str, body: bytes) -> Response:
    return Response(
        body, 200, {"Content-Type": mimetype, "Content-Disposition": f'attachment; filename="{name}"'}
    )


def _refused(error: DomainError) -> Any:
    return _import_page(error=error), error.status


def _import_page(**values: Any) -> str:
    batches = queries.recent_imports(current_actor().demand("people.import"))
    return render_template("people/import.html", columns=COLUMNS, batches=batches, **values)
