"""Postings and teams as JSON."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.diary.endpoints import api, key
from plugins.diary.queries import postings as queries
from plugins.diary.queries import teams
from plugins.diary.schemas import posting as shapes
from plugins.diary.services import postings as services

VIEW, POST = "diary.team_view", "diary.post"


@api.operation(
    "GET",
    "/postings",
    "listPostings",
    access=VIEW,
    returns=shapes.PostingSchema,
    many=True,
    query=shapes.PostingQuery,
)
def list_postings(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Who is stationed in one's areas, by place."""
    found, total = queries.list_postings(actor.demand(VIEW), **query)
    return Page(found, total)


@api.operation(
    "POST",
    "/postings",
    "stationCadre",
    access=POST,
    returns=shapes.PostingSchema,
    status=201,
    body=shapes.NewPostingSchema,
)
def station(actor: Actor, *, body: dict[str, Any]) -> queries.PostingView:
    """Station a cadre: fixed in one village (one a village and line), roving in several."""
    return queries.posting(actor, services.station(actor, services.NewPosting(**body)))


@api.operation(
    "GET", "/postings/<string:posting_id>", "getPosting", access=VIEW, returns=shapes.PostingSchema
)
def get_posting(actor: Actor, *, posting_id: str) -> queries.PostingView:
    """One posting with its places."""
    return queries.posting(actor, key(posting_id))


@api.operation(
    "POST",
    "/postings/<string:posting_id>/end",
    "endPosting",
    access=POST,
    returns=shapes.PostingSchema,
    body=shapes.PostingEnd,
)
def end_posting(actor: Actor, *, posting_id: str, body: dict[str, Any]) -> queries.PostingView:
    """A posting ends; what is open stays where it is."""
    services.end_posting(actor, key(posting_id), **body)
    return queries.posting(actor, key(posting_id))


@api.operation(
    "POST",
    "/postings/<string:posting_id>/hand-over",
    "handOverPosting",
    access=POST,
    returns=shapes.PostingSchema,
    status=201,
    body=shapes.HandOver,
)
def hand_over(actor: Actor, *, posting_id: str, body: dict[str, Any]) -> queries.PostingView:
    """Somebody else takes over with all that is open; the new posting is answered."""
    return queries.posting(actor, services.hand_over(actor, key(posting_id), **body))


@api.operation(
    "GET", "/teams", "listTeams", access=VIEW, returns=shapes.TeamSchema, many=True, query=shapes.TeamQuery
)
def list_teams(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The teams of villages: day, place, members."""
    found, total = teams.list_teams(actor.demand(VIEW), **query)
    return Page(found, total)
