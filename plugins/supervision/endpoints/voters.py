"""The table of voters as JSON."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.supervision.endpoints import api, key
from plugins.supervision.queries import voters as queries
from plugins.supervision.schemas import decisions as shapes
from plugins.supervision.services import voters as services

VIEW, VOTERS = "supervision.view", "supervision.voters"


@api.operation(
    "GET",
    "/voters",
    "listVoters",
    access=VOTERS,
    returns=shapes.VoterSchema,
    many=True,
    query=shapes.VoterQuery,
    errors=(404,),
)
def list_voters(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Who holds a seat in an area today or later."""
    scope = actor.demand(VOTERS, query["area_code"])
    return Page(*queries.list_voters(scope, **query))


@api.operation(
    "POST",
    "/voters",
    "addVoter",
    access=VOTERS,
    returns=shapes.VoterSchema,
    status=201,
    body=shapes.NewVoterBody,
    errors=(404,),
)
def add_voter(actor: Actor, *, body: dict[str, Any]) -> queries.VoterView:
    """Give somebody of the register a seat."""
    voter_id = services.add_voter(actor, services.NewVoter(**body))
    return queries.voter(actor.demand(VOTERS), voter_id)


@api.operation(
    "POST",
    "/voters/<string:voter_id>/end",
    "endVoter",
    access=VOTERS,
    returns=shapes.VoterSchema,
    body=shapes.EndVoterBody,
)
def end_voter(actor: Actor, *, voter_id: str, body: dict[str, Any]) -> queries.VoterView:
    """Say the last day of a seat; rolls that are frozen keep it."""
    services.end_voter(actor, key(voter_id), body["until"])
    return queries.voter(actor.demand(VOTERS), key(voter_id))
