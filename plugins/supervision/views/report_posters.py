"""The poster for the wall: a village's code, and what happens when it is scanned."""

from flask import render_template, request
from markupsafe import Markup

from core.access import demands, public
from core.areas.api import list_areas, path_name
from core.clock import today
from core.qr import draw_svg
from core.security import current_actor
from core.web import page_number
from plugins.supervision.queries.report_choices import village_of
from plugins.supervision.queries.report_reach import HANDLE
from plugins.supervision.report_traces import full_address
from plugins.supervision.views import pages

PAGE_SIZE = 20


@pages.get("/reports/posters")
@demands(HANDLE)
def report_posters() -> str:
    """The villages whose poster can be printed."""
    scope, search = current_actor().scope(HANDLE), request.args.get("q", "").strip()[:60]
    found, total = list_areas(
        scope, level="village", on_date=today(), search=search, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "supervision/report_posters.html",
        areas=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        search=search,
    )


@pages.get("/reports/at/<string:code>/poster")
@public("what hangs on the wall of the village")
def report_poster(code: str) -> str:
    """One village's poster."""
    village = village_of(code)
    address = full_address("supervision.report_form", code=village)
    return render_template(
        "supervision/report_poster.html",
        name=path_name(village),
        address=address,
        svg=Markup(draw_svg(address)),  # noqa: S704 - drawn here from our own address
    )
