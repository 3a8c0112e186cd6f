"""Awards and the cockpit as JSON, to be read."""

from dataclasses import asdict
from typing import Any

from core.api import Page
from core.areas.api import area_names
from core.security import Actor
from plugins.diary.endpoints import api
from plugins.diary.queries import awards, cockpit
from plugins.diary.schemas import leading as shapes

AWARDS, COCKPIT = awards.AWARDS, "diary.cockpit"


@api.operation(
    "GET",
    "/award-nominations",
    "listAwards",
    access=AWARDS,
    returns=shapes.NominationSchema,
    many=True,
    query=shapes.AwardQuery,
)
def list_awards(actor: Actor, *, query: dict[str, Any]) -> Page:
    """What was put forward in one's areas, what people decided; cadres only where the county grounds it."""
    actor.demand(AWARDS)
    found, total = awards.list_nominations(actor, **query)
    return Page(found, total)


@api.operation(
    "GET",
    "/cockpit-numbers",
    "getCockpit",
    access=COCKPIT,
    returns=shapes.CockpitSchema,
    query=shapes.CockpitQuery,
    errors=(404,),
)
def get_cockpit(actor: Actor, *, query: dict[str, Any]) -> dict[str, Any]:
    """The cockpit's numbers of one of one's areas (the first, where none is named), as of now."""
    area_code: str = query["area_code"] or actor.demand(COCKPIT).prefixes[0]
    scope = actor.demand(COCKPIT, area_code)
    view = cockpit.cockpit(scope, area_code)
    days = [{"day": day, "visits": visits, "entries": entries} for day, visits, entries in view.by_day]
    return asdict(view) | {
        "id": area_code,
        "area_name": area_names([area_code]).get(area_code, area_code),
        "days": days,
        "kinds": [{"kind": kind, "entries": count} for kind, count in view.by_kind],
        "words": view.words,
        "rated": view.cases.rated,
        "satisfied": view.cases.satisfied,
    }
