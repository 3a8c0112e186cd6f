"""Patrols as JSON."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.grid.endpoints import api
from plugins.grid.endpoints.files import key
from plugins.grid.queries import patrols as queries
from plugins.grid.schemas import patrols as shapes
from plugins.grid.services import check_ins
from plugins.grid.services import patrols as services
from plugins.grid.whereabouts import Position

PATROL = "grid.patrol"


@api.operation(
    "GET",
    "/patrols",
    "listPatrols",
    access="grid.patrol_view",
    returns=shapes.PatrolSchema,
    many=True,
    query=shapes.PatrolQuery,
)
def list_patrols(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The newest patrols in one's areas."""
    found, total = queries.list_patrols(actor.demand("grid.patrol_view"), **query)
    return Page(found, total)


@api.operation(
    "POST",
    "/patrols",
    "startPatrol",
    access=PATROL,
    returns=shapes.PatrolSchema,
    status=201,
    body=shapes.NewPatrol,
)
def start_patrol(actor: Actor, *, body: dict[str, Any]) -> queries.PatrolView:
    """Begin a round; one at a time."""
    return queries.patrol(actor, services.start_patrol(actor, **body))


@api.operation(
    "POST",
    "/patrols/<string:patrol_id>/finish",
    "finishPatrol",
    access=PATROL,
    returns=shapes.PatrolSchema,
    body=shapes.PatrolEnd,
)
def finish_patrol(actor: Actor, *, patrol_id: str, body: dict[str, Any]) -> queries.PatrolView:
    """End one's own round; its minutes are counted."""
    return queries.patrol(actor, services.finish_patrol(actor, key(patrol_id), **body).id)


@api.operation(
    "POST",
    "/patrols/<string:patrol_id>/findings",
    "addPatrolFinding",
    access=PATROL,
    returns=shapes.FindingSchema,
    status=201,
    body=shapes.NewFinding,
)
def add_finding(actor: Actor, *, patrol_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """What was found becomes a case, whose id is answered."""
    wish = {**body, "photos": tuple(body["photos"])}
    case_id = services.add_finding(actor, key(patrol_id), **wish)
    return {"id": case_id, "patrol_id": key(patrol_id)}


@api.operation(
    "POST",
    "/patrols/<string:patrol_id>/check-ins",
    "checkIn",
    access=PATROL,
    returns=shapes.CheckInSchema,
    status=201,
    body=shapes.NewCheckIn,
)
def check_in(actor: Actor, *, patrol_id: str, body: dict[str, Any]) -> Any:
    """At a point. Off (403 burden_off) unless the county's config names the legal ground for check_in."""
    return check_ins.check_in(
        actor,
        key(patrol_id),
        raw_token=body["code"],
        point_id=body["point_id"],
        position=_position(body) if {"latitude", "longitude"} <= set(body) else None,
        happened_at=body["happened_at"],
    )


@api.operation(
    "POST",
    "/patrols/<string:patrol_id>/places",
    "addPatrolPlaces",
    access=PATROL,
    returns=shapes.TrackKept,
    body=shapes.TrackPart,
)
def add_places(actor: Actor, *, patrol_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """The way walked. Off (403 burden_off) unless the config names the legal ground for track_upload."""
    places = [(each["at"], _position(each)) for each in body["places"]]
    return {"id": key(patrol_id), "places": check_ins.add_places(actor, key(patrol_id), places)}


def _position(body: dict[str, Any]) -> Position:
    return Position(body["latitude"], body["longitude"], body["accuracy"], body["mocked"])
