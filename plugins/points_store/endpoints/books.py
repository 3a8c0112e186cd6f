"""The book by village."""

from typing import Any

from core.api import Page
from core.fields import PageQuery
from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api
from plugins.points_store.queries import books


@api.operation(
    "GET",
    "/ledger-summaries",
    "ledgerSummary",
    access=P + "view",
    returns=schemas.VillageBook,
    many=True,
    query=PageQuery,
)
def ledger_summary(actor: Actor, query: dict[str, Any]) -> Page:
    """The book by village: issued - redeemed + reversed = outstanding <= granted."""
    rows = books.village_books(actor.demand(P + "view"))
    start = (query["page"] - 1) * query["page_size"]
    return Page(rows[start : start + query["page_size"]], len(rows))
