"""Goods between stores."""

from typing import Any

from core.api import Page
from core.fields import PageQuery
from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api, parse_id
from plugins.points_store.queries import shelf as queries
from plugins.points_store.services import goods_transfers
from plugins.points_store.services.redemption import Pick


@api.operation(
    "GET",
    "/goods-transfers",
    "listGoodsTransfers",
    access=P + "stock",
    returns=schemas.GoodsTransfer,
    many=True,
    query=PageQuery,
)
def list_goods_transfers(actor: Actor, query: dict[str, Any]) -> Page:
    """Goods that stores of the actor's areas sent or are to receive, newest first."""
    found, total = queries.list_transfers(actor.demand(P + "stock"), query["page"], query["page_size"])
    return Page([_shown(view) for view in found], total)


@api.operation(
    "POST",
    "/stores/<string:store_id>/goods-transfers",
    "sendGoods",
    access=P + "stock",
    body=schemas.SendGoodsIn,
    returns=schemas.GoodsTransfer,
    status=201,
    key="required",
)
def send_goods(actor: Actor, store_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Take goods off a shelf and send them to another store."""
    sent = goods_transfers.send_goods(
        actor,
        store_id=parse_id(store_id),
        to_store_id=body["to_store_id"],
        picks=[Pick(**item) for item in body["items"]],
        note=body["note"],
    )
    return _shown(queries.transfer(actor.demand(P + "stock"), sent.id))


@api.operation(
    "POST",
    "/goods-transfers/<string:goods_transfer_id>/receipt",
    "receiveGoods",
    access=P + "stock",
    body=schemas.ReceiveGoodsIn,
    returns=schemas.GoodsTransfer,
    status=201,
    key="required",
)
def receive_goods(actor: Actor, goods_transfer_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Put what arrived onto the other shelf, a difference with its reason."""
    arrived = [goods_transfers.Arrived(**line) for line in body["lines"]]
    got = goods_transfers.receive_goods(actor, goods_transfer_id=parse_id(goods_transfer_id), arrived=arrived)
    return _shown(queries.transfer(actor.demand(P + "stock"), got.id))


def _shown(view: queries.TransferView) -> dict[str, Any]:
    row = view.row
    return {
        "id": view.id,
        "store_id": row.store_id,
        "to_store_id": row.to_store_id,
        "sent_at": row.sent_at,
        "received_at": row.received_at,
        "note": row.note,
        "state": view.state,
        "lines": view.lines,
    }
