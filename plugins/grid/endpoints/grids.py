"""listGrids, getGrid, assignGridPost."""

import json
from typing import Any

from core.api import Page
from core.clock import today
from core.security import Actor
from plugins.grid.endpoints import api
from plugins.grid.geometry.geojson import write_geometry
from plugins.grid.queries import grids as queries
from plugins.grid.queries.boundaries import boundaries_of
from plugins.grid.queries.staffing import StaffView, staff_view
from plugins.grid.schemas.grids import Grid, GridDetail, GridPost, GridQuery, NewGridPost
from plugins.grid.services.posts import STAFF, NewPost, assign_post

VIEW = "grid.view"


@api.operation("GET", "/grids", "listGrids", access=VIEW, returns=Grid, many=True, query=GridQuery)
def list_grids(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Grids of the actor's areas with today's figures."""
    found, total = queries.list_grids(
        actor.demand(VIEW),
        area_code=query.get("area_code"),
        page=query["page"],
        page_size=query["page_size"],
    )
    return Page(found, total)


@api.operation("GET", "/grids/<string:grid_id>", "getGrid", access=VIEW, returns=GridDetail)
def get_grid(actor: Actor, *, grid_id: str) -> dict[str, Any]:
    """One grid, an old one too, with its people and border."""
    found = queries.grid(actor.demand(VIEW), grid_id)
    border = boundaries_of([grid_id]).get(grid_id)
    figures: dict[str, Any] = dict.fromkeys(("households", "persons", "special"), 0)
    figures |= {"work": {}, "has_boundary": False, "flag": ""}
    return {
        **figures,
        **(vars(found.load) if found.load else {}),
        **{name: getattr(found, name) for name in ("code", "name", "path", "village_code", "current_code")},
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "posts": found.staff,
        "boundary": json.loads(write_geometry(border.ring)) if border else None,
        "datum": border.datum if border else None,
    }


@api.operation(
    "POST",
    "/grids/<string:grid_id>/posts",
    "assignGridPost",
    access=STAFF,
    body=NewGridPost,
    returns=GridPost,
    status=201,
    errors=(404, 409),
)
def assign_grid_post(actor: Actor, *, grid_id: str, body: dict[str, Any]) -> StaffView:
    """Give a person of the register a post in a grid."""
    values = {**body, "since": body.get("since") or today()}
    staff_id = assign_post(actor, NewPost(area_code=grid_id, **values))
    return staff_view(actor.demand(STAFF), staff_id)
