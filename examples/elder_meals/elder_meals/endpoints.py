"""The JSON interface: thin, all work is done by services and queries."""

from typing import Any

from core.api import Blueprint, Page
from core.fields import PageQuery
from core.security import Actor
from core.text import N_
from elder_meals import queries, schemas, services

VIEW, WRITE = "elder_meals.view", "elder_meals.write"
api = Blueprint("elder_meals", __name__, description=N_("按村记录一句话"))


@api.operation(
    "GET",
    "/elder-meals-notes",
    "listElderMealsNotes",
    access=VIEW,
    returns=schemas.ElderMealsNoteSchema,
    many=True,
    query=PageQuery,
)
def list_notes(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Notes of one's areas, the newest first."""
    return Page(*queries.list_notes(actor.demand(VIEW), **query))


@api.operation(
    "POST",
    "/elder-meals-notes",
    "addElderMealsNote",
    access=WRITE,
    returns=schemas.ElderMealsNoteId,
    status=201,
    body=schemas.NewElderMealsNote,
)
def add_note(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Write a note down; sent twice with one Idempotency-Key it is written once."""
    return {"id": services.add_note(actor, **body)}
