"""Vouchers: one's own, those of a village's stores, taken in by the provider, taken back."""

from typing import Any

from core.api import Page
from core.fields import PageQuery
from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api, parse_id
from plugins.points_store.queries import vouchers as queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import redemption, reversal, vouchers


@api.operation(
    "GET",
    "/vouchers",
    "listVouchers",
    access=P + "view",
    returns=schemas.Voucher,
    many=True,
    query=schemas.VoucherQuery,
)
def list_vouchers(actor: Actor, query: dict[str, Any]) -> Page:
    """The vouchers of the stores in the actor's areas, newest first."""
    scope = actor.demand(P + "view")
    return Page(*queries.list_vouchers(scope, query["page"], query["page_size"], unused=query["unused"]))


@api.operation(
    "GET",
    "/wallets/<string:wallet_id>/vouchers",
    "listOwnVouchers",
    access=P + "own",
    returns=schemas.OwnVoucher,
    many=True,
    query=PageQuery,
)
def list_own_vouchers(actor: Actor, wallet_id: str, query: dict[str, Any]) -> Page:
    """The vouchers of one's own wallet with their codes, those that can be used first."""
    wallet = wallet_queries.own_wallet_of(actor, parse_id(wallet_id))
    return Page(*queries.vouchers_of_wallet(wallet.id, query["page"], query["page_size"]))


@api.operation(
    "POST",
    "/voucher-uses",
    "useVoucher",
    access=P + "provide",
    body=schemas.UseVoucherIn,
    returns=schemas.Voucher,
    status=201,
    key="required",
    errors=(404, 429),
)
def use_voucher(actor: Actor, body: dict[str, Any]) -> queries.VoucherView:
    """Take a voucher in as its provider: the service is rendered, and it counts as used."""
    return queries.voucher_views([vouchers.use_voucher(actor, raw_code=body["code"])])[0]


@api.operation(
    "POST",
    "/vouchers/<string:voucher_id>/return",
    "returnVoucher",
    access=P + "return",
    body=schemas.VoucherReturnIn,
    returns=schemas.Receipt,
    status=201,
    key="required",
)
def return_voucher(actor: Actor, voucher_id: str, body: dict[str, Any]) -> redemption.Receipt:
    """Give the points of a voucher back that nobody used, expired or not."""
    found = parse_id(voucher_id)
    return reversal.return_voucher(actor, voucher_id=found, reason=body["reason"])
