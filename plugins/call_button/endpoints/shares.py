"""Shares of a household's calls as JSON."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.call_button.endpoints import api, key
from plugins.call_button.queries import shares as queries
from plugins.call_button.schemas import shares as shapes
from plugins.call_button.services import shares as services
from plugins.call_button.share_words import SHARE

SIGNED_IN = "signed in"
SHARES = "/call-shares"
ONE = f"{SHARES}/<string:share_id>"


@api.operation(
    "GET",
    SHARES,
    "listCallShares",
    access=SIGNED_IN,
    returns=shapes.CallShareSchema,
    many=True,
    query=shapes.CallShareQuery,
    errors=(403, 404),
)
def list_shares(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Who reads a household's calls, or whose calls one reads oneself."""
    household_id = query["household_id"]
    found = (
        queries.own_shares(actor) if household_id is None else queries.household_shares(actor, household_id)
    )
    start = (query["page"] - 1) * query["page_size"]
    return Page(found[start : start + query["page_size"]], len(found))


@api.operation(
    "POST",
    SHARES,
    "beginCallShare",
    access=SIGNED_IN,
    returns=shapes.CallShareSchema,
    status=201,
    body=shapes.NewCallShare,
    errors=(403, 404, 429),
)
def begin_share(actor: Actor, *, body: dict[str, Any]) -> queries.ShareView:
    """Let a resident's account read the calls of one's household, or of one that asked for it."""
    household_id = body.pop("household_id")
    share_id = services.begin_share(actor, household_id, **body)
    return next(row for row in queries.household_shares(actor, household_id) if row.id == share_id)


@api.operation("DELETE", ONE, "endCallShare", access=SIGNED_IN, returns=None, status=204)
def end_share(actor: Actor, *, share_id: str) -> None:
    """End a share at once, from either side."""
    services.end_share(actor, key(share_id))


@api.operation(
    "GET",
    f"{ONE}/calls",
    "listSharedCalls",
    access=SHARE,
    returns=shapes.SharedCallSchema,
    many=True,
    query=shapes.SharedCallQuery,
    errors=(404,),
)
def shared_calls(actor: Actor, *, share_id: str, query: dict[str, Any]) -> Page:
    """The calls of a household that one may read, since it was begun; nothing else of the household."""
    _, found, total = queries.shared_calls(actor, key(share_id), **query)
    return Page(found, total)
