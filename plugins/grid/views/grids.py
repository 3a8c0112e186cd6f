"""Overview of the grids (list and map) and the page of one grid."""

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import area, area_names, path_names, rename_area
from core.county import plugin_settings
from core.errors import DomainError
from core.fields import Strict, Text
from core.scope import AreaScope
from core.security import current_actor
from core.web import page_number, read_form, say
from plugins.grid.geometry.geojson import write_geometry
from plugins.grid.queries import grids as queries
from plugins.grid.queries.boundaries import boundaries
from plugins.grid.queries.division import village_loads
from plugins.grid.queries.open_work import KINDS
from plugins.grid.queries.staffing import covers_of, staff_of
from plugins.grid.views import pages
from plugins.grid.views.asked import DIVIDE, STAFF, VIEW, VILLAGE_DIGITS, asked_area
from plugins.grid.words import CAPACITIES, COVER_REASONS, ENDED_WHY

PAGE_SIZE = 50


class NameForm(Strict):
    """Another name."""

    name = Text(60, shortest=1, required=True)


@pages.get("/")
@demands(VIEW)
def overview() -> str:
    """Villages with their grids, or the grids of one village, with a map."""
    code, scope = asked_area(VIEW)
    villages = village_loads(scope, with_work=False)
    page = page_number()
    in_village = len(code) >= VILLAGE_DIGITS
    return render_template(
        "grid/overview.html",
        area_code=code,
        path=path_names([code])[code] if code else "",
        villages=villages if in_village else villages[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        village=villages[0] if in_village and villages else None,
        total=len(villages),
        grid_count=sum(len(village.grids) for village in villages),
        bordered=sum(grid.has_boundary for village in villages for grid in village.grids),
        page=page,
        page_size=PAGE_SIZE,
        map=map_settings(),
    )


def map_settings() -> dict[str, Any]:
    """Where an empty map opens, and in which way its places are written."""
    settings = plugin_settings("grid")
    return {"lng": settings["map_longitude"], "lat": settings["map_latitude"], "datum": settings["map_datum"]}


@pages.get("/layer.json")
@demands(VIEW)
def layer() -> Response:
    """The borders of an area as GeoJSON, for the map of the page."""
    code, scope = asked_area(VIEW)
    datum = map_settings()["datum"]
    wanted = scope if len(code) < 15 else AreaScope((code[:VILLAGE_DIGITS],))
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": view.area_code,
                "name": view.name,
                "level": "grid" if len(view.area_code) > VILLAGE_DIGITS else "village",
                "current": view.area_code == code,
            },
            "geometry": json.loads(write_geometry(view.in_datum(datum))),
        }
        for view in boundaries(_inside(wanted)).values()
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return Response(body, mimetype="application/geo+json")


def _inside(wanted: AreaScope) -> AreaScope:
    """The asked area, as far as it is the actor's."""
    mine = current_actor().demand(VIEW)
    kept = [code for code in wanted.prefixes if mine.covers(code)]
    return AreaScope(tuple(kept)) if kept else mine


@pages.get("/grids/<string:area_code>")
@demands(VIEW)
def show(area_code: str) -> str:
    """One grid: its figures, people, border; an old code says where it leads."""
    actor = current_actor()
    found = queries.grid(actor.demand(VIEW), area_code)
    heir = found.current_code
    return render_template(
        "grid/grid.html",
        grid=found,
        heir_name=area_names([heir]).get(heir, heir) if found.is_closed else "",
        past=staff_of(area_code, past=True),
        covers=covers_of(each.id for each in found.staff),
        may_divide=actor.may(DIVIDE, area_code) and not found.is_closed,
        may_staff=actor.may(STAFF, area_code) and not found.is_closed,
        capacities=CAPACITIES,
        ended_why=ENDED_WHY,
        cover_reasons=COVER_REASONS,
        kinds=KINDS,
        map=map_settings(),
    )


@pages.post("/grids/<string:area_code>/name")
@demands(DIVIDE)
def rename(area_code: str) -> Any:
    """Give a grid another name."""
    scope = current_actor().demand(DIVIDE, area_code)
    try:
        rename_area(current_actor(), scope, area(scope, area_code).code, **read_form(NameForm()))
        flash(say("名称已修改。"), "success")
    except DomainError as refusal:
        flash(say(refusal.text), "error")
    return redirect(url_for("grid.show", area_code=area_code), 303)


@pages.get("/find")
@demands(VIEW)
def find() -> Any:
    """Open a grid whose code was typed or read off an old sign."""
    code = "".join(sign for sign in request.args.get("q", "") if sign.isdigit())[:15]
    queries.grid(current_actor().demand(VIEW), code)
    return redirect(url_for("grid.show", area_code=code))
