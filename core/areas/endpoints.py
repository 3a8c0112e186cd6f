"""The JSON interface of areas."""

from typing import Any

from core.api import Blueprint, Page
from core.areas import queries
from core.areas.schemas import AreaDetailSchema, AreaQuery, AreaSchema
from core.clock import today
from core.security import Actor
from core.text import N_

api = Blueprint("areas", __name__, description=N_("区域：县区、镇街、村社、网格"))


@api.operation(
    "GET", "/areas", "listAreas", access="areas.view", returns=AreaSchema, many=True, query=AreaQuery
)
def list_areas(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Areas that the actor may see, valid on a day (today unless `on_date` is given)."""
    found, total = queries.list_areas(
        actor.demand("areas.view"),
        parent=query.get("parent"),
        level=query.get("level"),
        on_date=query.get("on_date") or today(),
        search=query["search"],
        page=query["page"],
        page_size=query["page_size"],
    )
    return Page(found, total)


@api.operation("GET", "/areas/<string:area_id>", "getArea", access="areas.view", returns=AreaDetailSchema)
def get_area(actor: Actor, *, area_id: str) -> dict[str, Any]:
    """One area, an old one too, with the code that it leads to today."""
    area = queries.area(actor.demand("areas.view"), area_id)
    return {
        **AreaSchema().dump(area),
        "code": area.code,
        "valid_from": area.valid_from,
        "valid_to": area.valid_to,
        "path": queries.path_name(area.code),
        "current_code": queries.current_code(area.code),
    }
