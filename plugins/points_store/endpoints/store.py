"""Stores, their shelves and stock."""

from typing import Any

from core.api import Page
from core.errors import Invalid
from core.fields import PageQuery
from core.security import Actor
from core.text import N_
from plugins.points_store import schemas
from plugins.points_store.endpoints import SIGNED_IN, P, api, parse_id
from plugins.points_store.queries import store as store_queries
from plugins.points_store.services import stores


@api.operation(
    "GET", "/stores", "listStores", access=SIGNED_IN, returns=schemas.Store, many=True, query=PageQuery
)
def list_stores(actor: Actor, query: dict[str, Any]) -> Page:
    """Village stores in the actor's areas."""
    return Page(*store_queries.list_stores(actor, query["page"], query["page_size"]))


@api.operation(
    "GET",
    "/products",
    "listProducts",
    access=SIGNED_IN,
    returns=schemas.Product,
    many=True,
    query=schemas.ProductQuery,
    errors=(404,),
)
def list_products(actor: Actor, query: dict[str, Any]) -> Page:
    """The shelf of a store in the actor's areas."""
    store = store_queries.visible_store(actor, query["store_id"])
    shelf = store_queries.products(store.id)
    start = (query["page"] - 1) * query["page_size"]
    return Page(shelf[start : start + query["page_size"]], len(shelf))


@api.operation(
    "POST",
    "/products/<string:product_id>/stock-moves",
    "adjustStock",
    access=P + "stock",
    body=schemas.AdjustStockIn,
    returns=schemas.Product,
    status=201,
)
def adjust_stock(actor: Actor, product_id: str, body: dict[str, Any]) -> Any:
    """Book an intake or a count of a product."""
    quantity, counted = body["quantity"], body["counted"]
    if (quantity is None) == (counted is None):
        raise Invalid(fields={"quantity": [N_("进货数量和盘点数量请二选一。")]})
    if counted is not None:
        return stores.count_stock(actor, product_id=parse_id(product_id), counted=counted, note=body["note"])
    return stores.take_in(actor, product_id=parse_id(product_id), quantity=quantity, note=body["note"])
