"""Rules, awards, wallets and their codes."""

from typing import Any

from core.api import Page
from core.fields import PageQuery
from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import SIGNED_IN, P, api, parse_id
from plugins.points_store.links import code_url
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import awards, codes


@api.operation(
    "GET", "/rules", "listRules", access=SIGNED_IN, returns=schemas.Rule, many=True, query=PageQuery
)
def list_rules(actor: Actor, query: dict[str, Any]) -> Page:
    """Rules by which points are credited in the actor's areas."""
    return Page(*store_queries.list_rules(actor, query["page"], query["page_size"]))


@api.operation(
    "POST",
    "/awards",
    "grantPoints",
    access=P + "award",
    body=schemas.GrantPointsIn,
    returns=schemas.Award,
    status=201,
    key="required",
    errors=(404,),
)
def grant_points(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Credit points to a household by a rule, out of its village's fund."""
    wallet, booked = awards.award(actor, **body)
    return {
        "id": booked.transfer_id,
        "wallet_id": wallet.id,
        "points": body["points"],
        "balance": booked.balances[wallet.id],
    }


@api.operation("GET", "/wallets/<string:wallet_id>", "getWallet", access=SIGNED_IN, returns=schemas.Wallet)
def get_wallet(actor: Actor, wallet_id: str) -> wallet_queries.WalletView:
    """One's own wallet, or one in the areas whose book the actor may view."""
    return wallet_queries.wallet_view(wallet_queries.visible_wallet(actor, parse_id(wallet_id)))


@api.operation(
    "GET",
    "/wallets/<string:wallet_id>/entries",
    "listEntries",
    access=SIGNED_IN,
    returns=schemas.Entry,
    many=True,
    query=PageQuery,
)
def list_entries(actor: Actor, wallet_id: str, query: dict[str, Any]) -> Page:
    """The statement of a wallet, newest first."""
    wallet = wallet_queries.visible_wallet(actor, parse_id(wallet_id))
    return Page(*wallet_queries.statement(wallet.id, query["page"], query["page_size"]))


@api.operation(
    "POST",
    "/wallets/<string:wallet_id>/codes",
    "issueRedeemCode",
    access=P + "own",
    returns=schemas.RedeemCode,
    status=201,
    shared=True,
)
def issue_redeem_code(actor: Actor, wallet_id: str) -> dict[str, Any]:
    """A new code for one's own wallet: at most 60 seconds, used once."""
    issued = codes.issue_code(actor, parse_id(wallet_id))
    return {"id": issued.code, "url": code_url(issued.token), **vars(issued)}
