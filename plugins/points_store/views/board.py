"""What a village makes public: a sheet for its notice board, and the same without an account."""

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import public, signed_in
from core.areas.api import area_names, current_code, get_area, path_name
from core.clock import today
from core.errors import Forbidden, NotFound
from core.security import current_actor
from core.web import page_number
from plugins.points_store.links import public_url
from plugins.points_store.queries import notice_board as queries
from plugins.points_store.services.claims import desk_scope
from plugins.points_store.views import pages
from plugins.points_store.views.forms import villages_in

PAGE_SIZE = 50
WHY = "what a village makes public is for everybody, account or not"


@pages.get("/office/board")
@signed_in
def board() -> Any:
    """The month's sheet (A4): all that was credited in it or is in publicity, with a code to the page."""
    actor = current_actor()
    scope = desk_scope(actor)
    if not scope.prefixes:
        raise Forbidden
    choices = villages_in(scope)
    code = request.args.get("area", choices[0][0] if choices else "")
    if len(code) != 12 or not code.isascii() or not code.isdigit():
        raise NotFound
    if not any(code.startswith(prefix) or prefix.startswith(code) for prefix in scope.prefixes):
        raise NotFound
    first = queries.month_of(request.args.get("month", "")) or today().replace(day=1)
    address = public_url(code, first.strftime("%Y-%m"))
    return render_template(
        "points_store/board.html",
        area_code=code,
        area_name=path_name(code),
        areas=choices,
        first=first,
        credited=queries.credited_rows(code, first),
        in_publicity=queries.publicity_rows(code),
        svg=Markup(qr.draw_svg(address)),  # noqa: S704 - drawn here, from our own address
        address=address,
        printed_at=today(),
    )


@pages.get("/public/<string:area_code>")
@public(WHY)
def public_now(area_code: str) -> Any:
    """This month's page; the code of a village that is no more leads to the one in its place."""
    village = _village(area_code)
    return redirect(
        url_for("points_store.public_month", area_code=village, month=today().strftime("%Y-%m")), 303
    )


@pages.get("/public/<string:area_code>/<string:month>")
@public(WHY)
def public_month(area_code: str, month: str) -> Any:
    """What a village made public for a month, as on its board."""
    village, first = _village(area_code), queries.month_of(month)
    if first is None or not queries.is_public(first):
        raise NotFound
    before, after = (first - timedelta(days=1)).replace(day=1), queries.month_after(first)
    page, credited = page_number(), queries.credited_rows(village, first)
    return render_template(
        "points_store/public.html",
        area_code=village,
        area_name=area_names([village]).get(village, village),
        first=first,
        month=month,
        before=before if queries.is_public(before) else None,
        after=after if queries.is_public(after) else None,
        in_publicity=queries.publicity_rows(village) if page == 1 else [],
        credited=credited[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        page_size=PAGE_SIZE,
        total=len(credited),
    )


def _village(area_code: str) -> str:
    if not (area_code.isascii() and area_code.isdigit() and len(area_code) == 12):
        raise NotFound
    code = current_code(area_code)
    if get_area(code) is None:
        raise NotFound
    return code
