"""The power list and what villages publish, as JSON."""

from datetime import date
from typing import Any

from core.api import Page
from core.clock import today
from core.errors import NotFound
from core.security import Actor
from plugins.supervision.endpoints import api
from plugins.supervision.queries import assets, powers
from plugins.supervision.queries.village_powers import village_of
from plugins.supervision.schemas import powers as shapes

VIEW = "supervision.view"
PUBLIC = "public: the power list hangs on the village's wall for everybody"


@api.operation(
    "GET",
    "/powers",
    "listPowers",
    access=PUBLIC,
    returns=shapes.PowerSchema,
    many=True,
    query=shapes.PowersQuery,
    errors=(404,),
)
def list_powers(_actor: Actor, *, query: dict[str, Any]) -> Page:
    """Items of the power list as of a day: the county's, or those that are on in a village; by class."""
    area_code = query["area_code"] and village_of(query["area_code"])
    found, total = powers.list_powers(
        area_code=area_code,
        power_class=query["power_class"],
        on=query["day"],
        search=query["q"],
        page=query["page"],
        page_size=query["page_size"],
    )
    return Page(found, total)


@api.operation(
    "GET",
    "/powers/<string:power_id>",
    "getPower",
    access=PUBLIC,
    returns=shapes.PowerSchema,
    query=shapes.PowerDay,
)
def get_power(_actor: Actor, *, power_id: str, query: dict[str, date | None]) -> powers.PowerView:
    """One item by its stable code, as of a day; 404 where it did not hold then."""
    found = powers.power(power_id, query["day"] or today())
    if found is None:
        raise NotFound
    return found


@api.operation(
    "GET",
    "/assets-sheets",
    "listAssetsSheets",
    access=VIEW,
    returns=shapes.AssetsSheetSchema,
    many=True,
    query=shapes.AssetsQuery,
    errors=(404,),
)
def list_assets_sheets(actor: Actor, *, query: dict[str, Any]) -> Page:
    """What the villages of one's areas published of funds, assets and resources; the newest versions."""
    return Page(*assets.list_sheets(actor.demand(VIEW, query["area_code"] or None), **query))


@api.operation(
    "GET",
    "/overdue-assets",
    "listOverdueAssets",
    access=VIEW,
    returns=shapes.OverdueSchema,
    many=True,
    query=shapes.AssetsQuery,
    errors=(404,),
)
def list_overdue_assets(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Villages of one's areas that have not published the period that is due."""
    return Page(*assets.overdue(actor.demand(VIEW, query["area_code"] or None), **query))
