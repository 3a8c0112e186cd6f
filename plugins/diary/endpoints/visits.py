"""Visits as JSON: who is due, and what was visited."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.diary.endpoints import api, key
from plugins.diary.queries import care
from plugins.diary.queries import visits as queries
from plugins.diary.schemas import visits as shapes
from plugins.diary.services import visits as services

VIEW, WRITE = "diary.view", "diary.write"


@api.operation(
    "GET",
    "/due-visits",
    "listDueVisits",
    access=VIEW,
    returns=shapes.DueSchema,
    many=True,
    query=shapes.DueQuery,
    errors=(404,),
)
def list_due_visits(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Households that are due in one's areas, and why; the most urgent first."""
    scope = actor.demand(VIEW)
    area_code = query.pop("area_code", "")
    if area_code:
        actor.demand(VIEW, area_code)
    found, total = care.list_due(scope, area_code or _widest(scope.prefixes), **query)
    return Page(found, total)


def _widest(prefixes: tuple[str, ...]) -> str:
    """What all of one's areas begin with: the scope itself does the rest."""
    return min(prefixes, key=len)[:4]


@api.operation(
    "GET",
    "/visits",
    "listVisits",
    access=VIEW,
    returns=shapes.VisitSchema,
    many=True,
    query=shapes.VisitQuery,
)
def list_visits(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Visits in one's areas, the newest first."""
    actor.demand(VIEW)
    found, total = queries.list_visits(actor, **query)
    return Page(found, total)


@api.operation("GET", "/visits/<string:visit_id>", "getVisit", access=VIEW, returns=shapes.VisitSchema)
def get_visit(actor: Actor, *, visit_id: str) -> queries.VisitView:
    """One visit."""
    actor.demand(VIEW)
    return queries.visit(actor, key(visit_id))


@api.operation(
    "POST",
    "/visits",
    "createVisit",
    access=WRITE,
    returns=shapes.VisitSchema,
    status=201,
    body=shapes.NewVisitSchema,
)
def create_visit(actor: Actor, *, body: dict[str, Any]) -> queries.VisitView:
    """Write a visit down; its text becomes a diary entry, published unless `publish` is false."""
    persons = [
        services.PersonSeen(
            seen["person_id"],
            tuple(seen["tags"]) if seen["tags"] is not None else None,
            seen["risk_level"],
        )
        for seen in body.pop("persons")
    ]
    visit_id, _ = services.record_visit(actor, services.NewVisit(**body, persons=persons))
    return queries.visit(actor, visit_id)
