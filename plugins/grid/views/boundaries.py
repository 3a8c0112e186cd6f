"""Drawing a border on the map, or importing borders from a file."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.access import demands
from core.areas.api import area
from core.errors import DomainError, NotFound
from core.forms import form_page
from core.security import current_actor
from core.web import say
from plugins.grid.errors import BoundaryUnreadable
from plugins.grid.geometry.geojson import LONGEST, write_geometry
from plugins.grid.queries.boundaries import boundaries_of
from plugins.grid.services import boundaries as services
from plugins.grid.views import pages
from plugins.grid.views.asked import DIVIDE, GRID_DIGITS, VILLAGE_DIGITS
from plugins.grid.views.grids import map_settings
from plugins.grid.words import DATUM_TITLES, SOURCES


@pages.route("/boundaries/<string:area_code>", methods=["GET", "POST"])
@demands(DIVIDE)
def boundary(area_code: str) -> Any:
    """Draw the border of a grid or the outline of a village."""
    refusal = None
    if request.method == "POST":
        raw_text = request.form.get("geojson", "")
        try:
            services.set_boundary(current_actor(), area_code, raw_text, datum=request.form.get("datum", ""))
        except DomainError as error:
            refusal = error
        else:
            flash(say("边界已保存。"), "success")
            return redirect(_back(area_code), 303)
    return _page(area_code, refusal)


def _page(area_code: str, refusal: DomainError | None) -> Any:
    row = area(current_actor().demand(DIVIDE), area_code)
    if len(row.code) not in (GRID_DIGITS, VILLAGE_DIGITS):
        raise NotFound
    held = boundaries_of([row.code]).get(row.code)
    datum = map_settings()["datum"]
    drawn = write_geometry(held.in_datum(datum)) if held else ""
    return form_page(
        "grid/boundary.html",
        refusal,
        area=row,
        village=row.code[:VILLAGE_DIGITS],
        is_village=len(row.code) == VILLAGE_DIGITS,
        held=held,
        drawn=request.form.get("geojson", drawn)[:LONGEST],
        datums=list(DATUM_TITLES.items()),
        sources=SOURCES,
        map=map_settings(),
        back=_back(row.code),
    )


def _back(area_code: str) -> str:
    if len(area_code) == GRID_DIGITS:
        return url_for("grid.show", area_code=area_code)
    return url_for("grid.division", area=area_code)


@pages.post("/boundaries/<string:area_code>/file")
@demands(DIVIDE)
def import_boundaries(area_code: str) -> Any:
    """Borders from a GeoJSON file: one for this area, or a layer with the codes of a village's grids."""
    file = request.files.get("file")
    datum = request.form.get("datum", "")
    try:
        raw_text = _text(file.read() if file else b"")
        if len(area_code) == VILLAGE_DIGITS and request.form.get("layer") == "1":
            count = services.import_boundaries(current_actor(), area_code, raw_text, datum=datum)
        else:
            services.set_boundary(current_actor(), area_code, raw_text, datum=datum, source="imported")
            count = 1
    except DomainError as refusal:
        return _page(area_code, refusal)
    flash(say("已导入 %(count)d 个边界。", count=count), "success")
    return redirect(_back(area_code), 303)


def _text(raw_bytes: bytes) -> str:
    try:
        return raw_bytes.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BoundaryUnreadable from None


@pages.post("/boundaries/<string:area_code>/clear")
@demands(DIVIDE)
def clear_boundary(area_code: str) -> Any:
    """Take a border away."""
    services.clear_boundary(current_actor(), area_code)
    flash(say("边界已撤销。"), "success")
    return redirect(_back(area_code), 303)
