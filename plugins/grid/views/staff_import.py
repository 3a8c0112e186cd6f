"""The whole staffing from a table: look, import, take back."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from core.access import demands
from core.security import current_actor
from core.table_pages import ShownTable, TablePages
from core.text import N_
from core.web import say
from plugins.grid.services import staff_import as services
from plugins.grid.services.staff_checks import COLUMNS
from plugins.grid.views import pages
from plugins.grid.views.asked import STAFF


def _page(table: ShownTable) -> str:
    batches = services.list_batches(current_actor())
    return render_template("grid/import.html", table=table, batches=batches)


TablePages(
    pages,
    "/staffing/import",
    name="staff",
    permission=STAFF,
    blank="grid-staff.xlsx",
    columns=COLUMNS,
    run=services.import_staff,
    page=_page,
    said=N_("已安排 %(posts)d 个岗位，涉及 %(grids)d 个网格。"),
    then="grid.staff_form",
).join()


@pages.post("/staffing/batches/<int:batch_id>/undo")
@demands(STAFF)
def undo_staff(batch_id: int) -> Any:
    """Take a table back."""
    count = services.undo_import(current_actor(), batch_id)
    flash(say("已撤销 %(count)d 个岗位。", count=count), "success")
    return redirect(url_for("grid.staff_form"), 303)
