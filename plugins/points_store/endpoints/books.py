"""The book by village and month, closed months, opening balances."""

from typing import Any

from core.api import Page
from core.errors import Invalid
from core.fields import PageQuery
from core.security import Actor
from core.text import N_
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api, parse_id
from plugins.points_store.equation import parse_month
from plugins.points_store.queries import books, months
from plugins.points_store.queries import openings as opening_queries
from plugins.points_store.services import closings, openings
from plugins.points_store.services.openings import Holding


@api.operation(
    "GET",
    "/ledger-summaries",
    "ledgerSummary",
    access=P + "view",
    returns=schemas.VillageBook,
    many=True,
    query=schemas.SummaryQuery,
)
def ledger_summary(actor: Actor, query: dict[str, Any]) -> Page:
    """The book by village, ever or (`month=YYYY-MM`) of one month.

    issued - withdrawn - redeemed - expired - deducted + reversed + moved = outstanding <= granted; of a
    month the same, with what was open before it.
    """
    scope = actor.demand(P + "view")
    start = (query["page"] - 1) * query["page_size"]
    if query["month"] is None:
        rows: list[Any] = list(books.village_books(scope))
    else:
        rows = [row.as_summary() for row in months.month_books(scope, _month(query["month"]))]
    return Page(rows[start : start + query["page_size"]], len(rows))


@api.operation(
    "GET",
    "/ledger-closings",
    "listClosings",
    access=P + "view",
    returns=schemas.Closing,
    many=True,
    query=schemas.ClosingQuery,
)
def list_closings(actor: Actor, query: dict[str, Any]) -> Page:
    """Closed months of the actor's villages, each with the hash of the whole ledger at its closing."""
    month = _month(query["month"]) if query["month"] else None
    rows, total = months.list_closings(actor.demand(P + "view"), month, query["page"], query["page_size"])
    return Page([row.as_row() for row in rows], total)


@api.operation(
    "POST",
    "/ledger-closings",
    "closeMonth",
    access=P + "close",
    body=schemas.CloseMonthIn,
    returns=schemas.Closing,
    status=201,
    key="required",
    errors=(404, 409),
)
def close_month(actor: Actor, body: dict[str, Any]) -> dict[str, object]:
    """Close a month of a village or of the whole county, for good."""
    month = _month(body["month"])
    closings.close_month(actor, area_code=body["area_code"], month=month)
    return months.area_book(body["area_code"], month)[0].as_row()


@api.operation(
    "GET",
    "/opening-sheets",
    "listOpenings",
    access=P + "opening",
    returns=schemas.OpeningSheet,
    many=True,
    query=PageQuery,
)
def list_openings(actor: Actor, query: dict[str, Any]) -> Page:
    """Sheets of opening balances from paper, the newest first."""
    return Page(*opening_queries.list_sheets(actor, query["page"], query["page_size"]))


@api.operation(
    "POST",
    "/opening-sheets",
    "createOpening",
    access=P + "opening",
    body=schemas.OpeningIn,
    returns=schemas.OpeningSheet,
    status=201,
    key="required",
    errors=(404, 409),
)
def create_opening(actor: Actor, body: dict[str, Any]) -> opening_queries.SheetView:
    """Enter a sheet of a village's opening balances; a second person confirms it."""
    sheet = openings.enter_opening(
        actor,
        area_code=body["area_code"],
        source=body["source"],
        holdings=[Holding(**line) for line in body["lines"]],
    )
    return opening_queries.sheet_of(actor, sheet.id)


@api.operation(
    "POST",
    "/opening-sheets/<string:sheet_id>/confirmation",
    "confirmOpening",
    access=P + "opening",
    returns=schemas.OpeningSheet,
    key="required",
    errors=(404, 409),
)
def confirm_opening(actor: Actor, sheet_id: str) -> opening_queries.SheetView:
    """Book a sheet that another person has entered, out of the village's fund."""
    openings.confirm_opening(actor, sheet_id=parse_id(sheet_id))
    return opening_queries.sheet_of(actor, parse_id(sheet_id))


def _month(raw_month: str) -> str:
    month = parse_month(raw_month)
    if month is None:
        raise Invalid(fields={"month": [N_("月份应为 2026-11 这样的形式。")]})
    return month
