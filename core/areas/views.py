"""Pages of areas: the tree, one area, the import."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError

from core.access import demands
from core.areas import queries, services
from core.areas.checks import COLUMNS
from core.areas.levels import TITLES
from core.areas.schemas import AreaSearch
from core.clock import today
from core.security import current_actor
from core.sheets.errors import SheetEmpty, SheetRefused
from core.sheets.marking import XLSX_TYPE, blank_workbook, marked_file
from core.sheets.pending import drop_upload, keep_upload, kept_upload
from core.sheets.tables import Upload
from core.text import N_
from core.web import say

if TYPE_CHECKING:
    from core.areas.models import Area

pages = Blueprint("areas", __name__, url_prefix="/areas")
PAGE_SIZE = 100
SUMMARY = N_("新增 %(added)d 个，变更 %(changed)d 个，未变 %(unchanged)d 个。")


@pages.get("")
@demands("areas.view")
def overview() -> str:
    """The actor's areas, or what the search box finds among them."""
    scope = current_actor().demand("areas.view")
    search, page = _search()
    if search:
        found, total = queries.list_areas(scope, search=search, page=page, page_size=PAGE_SIZE)
        return _list_page(None, found, total, page, search)
    tops = queries.roots(scope)
    if len(tops) == 1 and tops[0].level in ("city", "county"):
        return _children_page(tops[0], page)
    return _list_page(None, tops, len(tops), 1, "")


@pages.get("/<string:area_code>")
@demands("areas.view")
def show(area_code: str) -> str:
    """One area with its children."""
    area = queries.area(current_actor().demand("areas.view"), area_code)
    return _children_page(area, _search()[1])


def _search() -> tuple[str, int]:
    try:
        values = AreaSearch().load(
            {name: request.args[name] for name in ("search", "page") if name in request.args}
        )
    except ValidationError:
        return "", 1
    return values["search"], values["page"]


def _children_page(area: "Area", page: int) -> str:
    found, total = queries.list_areas(
        current_actor().demand("areas.view"),
        parent=area.code,
        on_date=today(),
        page=page,
        page_size=PAGE_SIZE,
    )
    return _list_page(area, found, total, page, "")


def _list_page(area: "Area | None", found: "list[Area]", total: int, page: int, search: str) -> str:
    scope = current_actor().demand("areas.view")
    counts: dict[str, dict[str, int]] = {}
    for length in {len(row.code) for row in found}:
        counts |= queries.descendant_counts(scope, [row.code for row in found if len(row.code) == length])
    heirs = {row.code: queries.current_code(row.code) for row in [area, *found] if row and row.successor_code}
    return render_template(
        "areas/overview.html",
        area=area,
        areas=found,
        total=total,
        page=page,
        page_size=PAGE_SIZE,
        search=search,
        counts=counts,
        heirs=heirs,
        heir_names=queries.path_names(heirs.values()),
        above=queries.ways_up(scope, area.code) if area else [],
        level_titles=TITLES,
        today=today(),
    )


@pages.get("/import")
@demands("areas.manage")
def import_form() -> str:
    """Choose a table."""
    return render_template("areas/import.html", columns=COLUMNS)


@pages.get("/import/blank.xlsx")
@demands("areas.manage")
def blank_table() -> Response:
    """A table to fill in."""
    return _file("areas.xlsx", XLSX_TYPE, blank_workbook(COLUMNS))


@pages.post("/import")
@demands("areas.manage")
def upload_table() -> Any:
    """Put the table aside and show what is in it; nothing is imported yet."""
    file = request.files.get("file")
    data = file.read() if file else b""
    if not file or not data:
        return _refused(SheetEmpty())
    token = keep_upload(current_actor(), Upload(file.filename or "", data))
    return redirect(url_for("areas.preview", token=token), 303)


@pages.get("/import/<string:token>")
@demands("areas.manage")
def preview(token: str) -> Any:
    """What the table would change, or what is wrong in it."""
    upload = kept_upload(current_actor(), token)
    try:
        outcome = services.import_areas(current_actor(), upload, dry_run=True)
    except SheetRefused as error:
        return _refused(error)
    return render_template(
        "areas/import.html", columns=COLUMNS, outcome=outcome, file_name=upload.name, token=token
    )


@pages.post("/import/<string:token>")
@demands("areas.manage")
def import_table(token: str) -> Any:
    """Import what was checked."""
    upload = kept_upload(current_actor(), token)
    outcome = services.import_areas(current_actor(), upload, dry_run=False)
    if not outcome.clean:  # the areas changed between the look and the word
        return redirect(url_for("areas.preview", token=token), 303)
    drop_upload(current_actor(), token)
    flash(say(SUMMARY, **outcome.counts), "success")
    return redirect(url_for("areas.overview"), 303)


@pages.get("/import/<string:token>/marked.<string:kind>")
@demands("areas.manage")
def marked(token: str, kind: str) -> Response:
    """The table with its mistakes marked (xlsx), or the list of them (csv)."""
    upload = kept_upload(current_actor(), token)
    outcome = services.import_areas(current_actor(), upload, dry_run=True)
    return _file(*marked_file(upload, outcome.mistakes, kind))


def _file(name: str, mimetype: str, body: bytes) -> Response:
    return Response(
        body, 200, {"Content-Type": mimetype, "Content-Disposition": f'attachment; filename="{name}"'}
    )


def _refused(error: SheetRefused) -> Any:
    return render_template("areas/import.html", columns=COLUMNS, error=error), error.status
