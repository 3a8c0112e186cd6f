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
from core.table_pages import ShownTable, TablePages
from core.text import N_
from core.web import save_as, say


def _page(table: ShownTable) -> str:
    batches = queries.recent_imports(current_actor().demand("people.import"))
    return render_template("people/import.html", table=table, batches=batches)


_imports = TablePages(
    pages,
    "/import",
    name="table",
    permission="people.import",
    blank="households.xlsx",
    columns=COLUMNS,
    run=services.import_households,
    page=_page,
    said=N_("已登记 %(households)d 户、%(persons)d 人。"),
    then="people.list_page",
)
_imports.join()


@pages.post("/import/batches/<int:batch_id>/undo")
@demands("people.import")
def undo_import(batch_id: int) -> Any:
    """Take an import back, unless something stands on it already."""
    try:
        batch = services.undo_import(current_actor(), batch_id)
    except DomainError as error:
        return _imports.show(error)
    flash(say("已撤销导入：%(count)d 户已删除。", count=batch.households), "success")
    return redirect(url_for("people.table_form"), 303)


@pages.post("/export")
@demands("people.export")
def export() -> Response:
    """The households of the list, masked. A POST, since it leaves a line in the record."""
    wish = read_list_query()
    kind: Kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    name, mimetype, body = services.export_households(
        current_actor(), kind=kind, search=wish["search"], area_code=wish["area_code"]
    )
    return save_as(name, mimetype, body)
