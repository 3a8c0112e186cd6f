"""The contact card of a grid with its QR code, and where the code leads whoever scans it."""

from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import demands, public
from core.areas.api import area_names, get_area, path_name
from core.county import county
from core.errors import NotFound
from core.security import current_actor
from plugins.grid.queries.grids import grid, landing_code
from plugins.grid.queries.staffing import staff_of
from plugins.grid.views import pages
from plugins.grid.views.asked import VIEW
from plugins.grid.words import CAPACITIES


def card_url(code: str) -> str:
    """The address inside the QR code: the county's public one, or the one this request came by."""
    base = county().settings.public_url or request.host_url.rstrip("/")
    return base + url_for("grid.landing", area_code=code)


@pages.get("/grids/<string:area_code>/card")
@demands(VIEW)
def card(area_code: str) -> str:
    """A sheet to post up: who is in charge here, and a code to scan."""
    found = grid(current_actor().demand(VIEW), area_code)
    address = card_url(found.code)
    return render_template(
        "grid/card.html",
        grid=found,
        address=address,
        svg=Markup(qr.draw_svg(address)),  # noqa: S704 - drawn here from our own address
        capacities=CAPACITIES,
    )


@pages.get("/g/<string:area_code>")
@public("a card on a door leads whoever scans it to those in charge, as posted up in the village")
def landing(area_code: str) -> Any:
    """Who is in charge of a grid today; an old card leads to the grid that took its place."""
    row = get_area(area_code) if area_code.isascii() and area_code.isdigit() else None
    if row is None or row.level not in ("grid", "village"):
        raise NotFound
    code = landing_code(row.code)
    return render_template(
        "grid/landing.html",
        path=path_name(code),
        name=area_names([code]).get(code, code),
        old_name=row.name if code != row.code else "",
        staff=staff_of(code) if len(code) == 15 else [],
        capacities=CAPACITIES,
    )
