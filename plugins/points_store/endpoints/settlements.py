"""Closed days and settled months of stores."""

from typing import Any

from core.api import Page
from core.fields import PageQuery
from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api, parse_id
from plugins.points_store.queries import settlements as queries
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries.store_days import closed_days
from plugins.points_store.services import settlements as services
from plugins.points_store.services.day_closes import close_day


@api.operation(
    "POST",
    "/stores/<string:store_id>/day-closes",
    "closeStoreDay",
    access=P + "redeem",
    body=schemas.DayCloseIn,
    returns=schemas.DayClose,
    status=201,
    key="required",
)
def close_store_day(actor: Actor, store_id: str, body: dict[str, Any]) -> Any:
    """Close a day of the store whose clerk the actor is: figures of the book, signed, once."""
    return close_day(actor, store_id=parse_id(store_id), **body)


@api.operation(
    "GET",
    "/stores/<string:store_id>/day-closes",
    "listStoreDays",
    access=P + "redeem",
    returns=schemas.DayClose,
    many=True,
    query=PageQuery,
)
def list_store_days(actor: Actor, store_id: str, query: dict[str, Any]) -> Page:
    """The closed days of the actor's own store, newest first."""
    store = store_queries.my_store(actor, parse_id(store_id))
    found, total = closed_days(store.id, query["page"], query["page_size"])
    return Page([day.row for day in found], total)


@api.operation(
    "POST",
    "/stores/<string:store_id>/settlements",
    "settleStore",
    access=P + "settle",
    body=schemas.SettleIn,
    returns=schemas.Settlement,
    status=201,
    key="required",
)
def settle_store(actor: Actor, store_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Settle a month of a store, once: points to the mint, money owed at the county's rate."""
    done = services.settle_store(actor, store_id=parse_id(store_id), month=body["month"])
    return _shown(queries.settlement(actor.demand(P + "settle"), done.id))


@api.operation(
    "GET",
    "/settlements",
    "listSettlements",
    access=P + "view",
    returns=schemas.Settlement,
    many=True,
    query=PageQuery,
)
def list_settlements(actor: Actor, query: dict[str, Any]) -> Page:
    """The settled months of the stores in the actor's areas, newest month first."""
    found, total = queries.list_settlements(actor.demand(P + "view"), query["page"], query["page_size"])
    return Page([_shown(view) for view in found], total)


@api.operation(
    "GET",
    "/settlements/<string:settlement_id>",
    "getSettlement",
    access=P + "view",
    returns=schemas.Settlement,
)
def get_settlement(actor: Actor, settlement_id: str) -> dict[str, Any]:
    """One settled month."""
    return _shown(queries.settlement(actor.demand(P + "view"), parse_id(settlement_id)))


@api.operation(
    "POST",
    "/settlements/<string:settlement_id>/payment",
    "paySettlement",
    access=P + "pay",
    body=schemas.PaymentIn,
    returns=schemas.Settlement,
    status=201,
    key="required",
)
def pay_settlement(actor: Actor, settlement_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Note that a settlement was paid; not by who settled it."""
    done = services.pay_settlement(actor, settlement_id=parse_id(settlement_id), **body)
    return _shown(queries.settlement(actor.demand(P + "pay"), done.id))


def _shown(view: queries.SettlementView) -> dict[str, Any]:
    names = schemas.Settlement().fields
    row = {name: getattr(view.row, name) for name in names if hasattr(view.row, name)}
    return {**row, "paid_on": view.paid_on, "document": view.document}
