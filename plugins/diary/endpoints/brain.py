"""Hot words and the index as JSON."""

from typing import Any

from core.api import Page
from core.burdens import demand_ground
from core.clock import today
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.diary.endpoints import api
from plugins.diary.queries import index, words
from plugins.diary.schemas import brain as shapes

VIEW = "diary.view"


@api.operation(
    "GET",
    "/hot-words",
    "listHotWords",
    access=VIEW,
    returns=shapes.HotWordSchema,
    many=True,
    query=shapes.HotWordQuery,
    errors=(404,),
)
def list_hot_words(actor: Actor, *, query: dict[str, Any]) -> Page:
    """What published entries of a period are about, at most a hundred words; names are none."""
    scope = actor.demand(VIEW)
    area_code = query.pop("area_code", "")
    if area_code:
        actor.demand(VIEW, area_code)
    if not 0 <= (query["until"] - query["since"]).days <= 730:
        raise Invalid(fields={"until": [N_("时段应在两年以内，结束不早于开始。")]})
    found = words.hot_words(scope, area_code or min(scope.prefixes, key=len)[:4], **query)
    return Page(list(found.words), len(found.words))


@api.operation(
    "GET", "/indices", "getIndex", access="signed in", returns=shapes.IndexSchema, query=shapes.IndexQuery
)
def get_index(actor: Actor, *, query: dict[str, Any]) -> index.IndexView:
    """One's own index with every term; somebody else's only where the county grounds personal_score."""
    month = query.get("month", f"{today():%Y-%m}")
    account_id: int = query.get("account_id") or actor.account_id or 0
    if account_id == actor.account_id:
        actor.demand("diary.write")
        return index.index_of(account_id, month)
    scope = actor.demand(index.INDEX)
    demand_ground("personal_score")
    place = index.stationed_at(account_id)
    if place is None or not scope.covers(place):
        raise NotFound
    return index.index_of(account_id, month)
