"""Patrols at the desk: the month as a calendar, one patrol, the printed sheet, points and their codes."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import fields, validate

from core import qr
from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, grids_in, way_up, ways_down
from core.burdens import ground_of
from core.cases.api import CaseView, case
from core.clock import today
from core.county import county
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.web import page_number, read_form, say
from plugins.grid.queries import patrols as queries
from plugins.grid.services import points as services
from plugins.grid.views import pages
from plugins.grid.whereabouts import DOUBTS

VIEW, POINTS = "grid.patrol_view", "grid.patrol_points"
PAGE_SIZE = 20


class PointForm(Strict):
    """A new point."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)
    latitude = Text(20, load_default="")
    longitude = Text(20, load_default="")
    position = fields.Integer(load_default=0, validate=validate.Range(0, 9999))


@pages.get("/patrols")
@demands(VIEW)
def patrols() -> str:
    """Minutes a day against the target, by area, and the rounds themselves."""
    return _month_page("grid/patrols.html")


@pages.get("/patrols/sheet")
@demands(VIEW)
def patrol_sheet() -> str:
    """The month on paper."""
    return _month_page("grid/patrol_sheet.html")


def _month_page(template: str) -> str:
    scope = current_actor().demand(VIEW)
    area_code, first = chosen_area(scope), chosen_month()
    day = _chosen_day()
    rows, total = queries.list_patrols(
        scope,
        area_code=area_code,
        day=day,
        since=first,
        until=_moved(first, 1) - timedelta(days=1),
        page=page_number(),
        page_size=PAGE_SIZE,
    )
    return render_template(
        template,
        table=queries.month(scope, area_code, first),
        first=first,
        before=_moved(first, -1),
        after=_moved(first, 1) if _moved(first, 1) <= today() else None,
        target=queries.target_minutes(),
        rows=rows,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        day=day,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        checking=ground_of("check_in"),
        printed_at=today(),
    )


def chosen_month() -> date:
    """The first day of the month of the address (`?month=2026-03`); this month for anything else."""
    try:
        first = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        first = date.max
    # There must be a month before it and one after it.
    return first if date.min.year < first.year < date.max.year else today().replace(day=1)


def _chosen_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _moved(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


@pages.get("/patrols/<int:patrol_id>")
@demands(VIEW)
def patrol_page(patrol_id: int) -> str:
    """One round with what was found and where somebody checked in."""
    actor = current_actor()
    row = queries.patrol(actor, patrol_id)
    return render_template(
        "grid/patrol_page.html",
        patrol=row,
        path=path_name(row.area_code),
        found=[found for case_id in queries.case_ids(patrol_id) if (found := _seen(case_id))],
        checks=queries.checks_of(patrol_id),
        doubts=DOUBTS,
    )


def _seen(case_id: int) -> CaseView | None:
    try:
        return case(current_actor(), case_id)
    except NotFound:
        return None


@pages.get("/points")
@demands(POINTS)
def points() -> str:
    """The points of an area, and a form for a new one."""
    return _points_page(None)


def _points_page(refusal: DomainError | None) -> str:
    scope = current_actor().demand(POINTS)
    area_code = chosen_area(scope)
    return render_template(
        "grid/points.html",
        points=queries.list_points(scope, area_code),
        grids=grids_in(scope, area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code),
        area_code=area_code,
        area_name=path_name(area_code),
        checking=ground_of("check_in"),
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/points")
@demands(POINTS)
def add_point() -> Any:
    """Add one."""
    try:
        form = read_form(PointForm())
        place = [_degrees(form[name]) for name in ("latitude", "longitude")]
        services.add_point(current_actor(), **{**form, "latitude": place[0], "longitude": place[1]})
    except DomainError as refusal:
        return _points_page(refusal), refusal.status
    flash(say("已添加巡查点“%(name)s”。", name=form["name"]), "success")
    return redirect(url_for("grid.points", area=form["area_code"]), 303)


def _degrees(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -180 <= number <= 180 else None


@pages.post("/points/<int:point_id>/retire")
@demands(POINTS)
def retire_point(point_id: int) -> Any:
    """Use it no more."""
    services.retire_point(current_actor(), point_id)
    flash(say("已停用，历史打卡保留。"), "success")
    return redirect(url_for("grid.points"), 303)


@pages.get("/points/sheet")
@demands(POINTS)
def point_sheet() -> str:
    """The codes of an area's points, to be printed and hung up."""
    scope = current_actor().demand(POINTS)
    area_code = chosen_area(scope)
    cards = [
        (point, Markup(qr.draw_svg(_address(point.code))))  # noqa: S704 - drawn here, from our own address
        for point in queries.list_points(scope, area_code, most=500)
    ]
    return render_template(
        "grid/point_sheet.html", cards=cards, area_code=area_code, area_name=path_name(area_code)
    )


def _address(code: str) -> str:
    path = url_for("grid.point_landing", token=services.point_token(code))
    return (county().settings.public_url or request.host_url.rstrip("/")) + path
