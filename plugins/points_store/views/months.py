"""Months: the equation by village, a sheet to print and sign, and closing it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import get_area
from core.clock import now, today
from core.county import county
from core.errors import DomainError, Invalid, NotFound
from core.fields import AreaCode, Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.equation import NOTHING, month_of, next_month, parse_month
from plugins.points_store.queries import months as queries
from plugins.points_store.services.closings import close_month
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P


class CloseForm(Strict):
    """Which month of which area."""

    area_code = AreaCode(required=True)
    month = Text(7, shortest=7, required=True)


@pages.get("/office/months")
@demands(P + "view")
def months() -> Any:
    """A month of all the actor's villages."""
    return _months_page(None)


@pages.post("/office/months")
@demands(P + "close")
@once_per_form
def close() -> Any:
    """Close a month."""
    try:
        form = read_form(CloseForm())
        month = parse_month(form["month"])
        if month is None:
            raise Invalid(fields={"month": [N_("月份应为 2026-11 这样的形式。")]})
        close_month(current_actor(), area_code=form["area_code"], month=month)
    except DomainError as refusal:
        return _months_page(refusal)
    flash(say("%(month)s 已结账，请打印月报签字存档。", month=month), "success")
    return redirect(url_for("points_store.month_sheet", month=month, area_code=form["area_code"]), 303)


@pages.get("/office/months/<month>/<area_code>")
@demands(P + "view")
def month_sheet(month: str, area_code: str) -> str:
    """The sheet of a month, to print and sign."""
    scope = current_actor().demand(P + "view", area_code)
    area = get_area(area_code)
    known = parse_month(month)
    is_county = area_code == county().settings.county_code
    if known is None or not scope.covers(area_code) or not (is_county or (area and area.level == "village")):
        raise NotFound
    book, villages = queries.area_book(area_code, known)
    return render_template(
        "points_store/month_sheet.html",
        book=book,
        villages=villages,
        month=known,
        year_number=known[:4],
        month_number=int(known[5:]),
        at=now(),
    )


def _months_page(refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    month = parse_month(request.values.get("month", "")) or month_of(today())
    rows = queries.month_books(actor.demand(P + "view"), month)
    closable = queries.closable_areas(actor.scope(P + "close")) if actor.may(P + "close") else []
    county_code = county().settings.county_code
    return form_page(
        "points_store/months.html",
        refusal,
        month=month,
        before=next_month(month, -1),
        after=next_month(month) if month < month_of(today()) else None,
        rows=rows[(page - 1) * LIST_SIZE : page * LIST_SIZE],
        total_figures=sum((row.figures for row in rows), NOTHING),
        holds=all(row.figures.balanced for row in rows),
        closed=sum(row.closed_at is not None for row in rows),
        areas=closable,
        next_month=queries.month_to_close(closable[0][0]) if closable else "",
        county_code=county_code if actor.scope(P + "view").covers(county_code) else None,
        page=page,
        page_size=LIST_SIZE,
        total=len(rows),
    )
