"""A village's public answers, and its printed code."""

from flask import render_template, request, url_for
from markupsafe import Markup

from core.access import demands, public
from core.areas.api import area, children, list_areas, path_name
from core.cases.queries.lists import list_public_cases
from core.cases.queries.places import VILLAGE_DIGITS, current_area
from core.cases.queries.reach import VIEW
from core.cases.views.open import door, pages
from core.cases.views.open.held_page import full_address
from core.clock import today
from core.qr import draw_svg
from core.security import current_actor
from core.web import page_number

PAGE_SIZE = 20


@door.get("/<string:code>/answers")
@public("answers that are marked as public are there for everybody, without names")
def answers(code: str) -> str:
    """What was reported and answered in a village, where that is public."""
    area_code, _ = current_area(code)
    page = page_number()
    found, total = list_public_cases(area_code=area_code[:VILLAGE_DIGITS], page=page, page_size=PAGE_SIZE)
    return render_template(
        "cases/open/answers.html",
        cases=found,
        area_code=area_code,
        area_name=path_name(area_code[:VILLAGE_DIGITS]),
        page=page,
        page_size=PAGE_SIZE,
        total=total,
    )


@pages.get("/codes")
@demands(VIEW)
def codes() -> str:
    """The villages whose code can be printed."""
    page, search = page_number(), request.args.get("q", "").strip()[:60]
    scope = current_actor().scope(VIEW)
    found, total = list_areas(
        scope, level="village", on_date=today(), search=search, page=page, page_size=PAGE_SIZE
    )
    return render_template(
        "cases/open/codes.html", areas=found, page=page, page_size=PAGE_SIZE, total=total, search=search
    )


@pages.get("/codes/<string:code>")
@demands(VIEW)
def code_sheet(code: str) -> str:
    """The sheet to hang up: the village's code and one for each of its grids."""
    scope = current_actor().scope(VIEW)
    village = area(scope, code)
    places = [village, *children(scope, village.code)]
    sheets = [
        {
            "name": path_name(place.code),
            "address": full_address("cases_door.report", code=place.code),
            "svg": Markup(draw_svg(full_address("cases_door.report", code=place.code))),  # noqa: S704 - ours
        }
        for place in places
        if len(place.code) >= VILLAGE_DIGITS
    ]
    back = url_for("cases_open.codes")
    return render_template("cases/open/sheet.html", sheets=sheets, name=village.name, back=back)
