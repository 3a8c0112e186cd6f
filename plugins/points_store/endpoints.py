"""The JSON interface of the points store."""

from typing import Any

from core.api import Blueprint, Page
from core.errors import Invalid, NotFound
from core.fields import PageQuery
from core.security import Actor
from core.text import N_
from plugins.points_store import schemas
from plugins.points_store.links import code_url
from plugins.points_store.queries import books
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import awards, codes, redemption, reversal, stores

api = Blueprint("points_store", __name__, description=N_("新风超市：积分的发放与兑换"))
P = "points_store."
SIGNED_IN = "signed in"


def _id(raw_id: str) -> int:
    if not raw_id.isascii() or not raw_id.isdigit() or len(raw_id) > 15:
        raise NotFound
    return int(raw_id)


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
    return wallet_queries.wallet_view(wallet_queries.visible_wallet(actor, _id(wallet_id)))


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
    wallet = wallet_queries.visible_wallet(actor, _id(wallet_id))
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
    issued = codes.issue_code(actor, _id(wallet_id))
    return {"id": issued.code, "url": code_url(issued.token), **vars(issued)}


@api.operation(
    "POST",
    "/redemptions",
    "redeem",
    access=P + "redeem",
    body=schemas.RedeemIn,
    returns=schemas.Receipt,
    status=201,
    key="required",
    shared=True,
    errors=(404, 429),
)
def redeem(actor: Actor, body: dict[str, Any]) -> redemption.Receipt:
    """Hand out goods and services against a resident's code or card."""
    return redemption.redeem(
        actor,
        store_id=body["store_id"],
        raw_code=body["code"],
        raw_pin=body["pin"],
        picks=[redemption.Pick(**item) for item in body["items"]],
        agreed_points=body["points"],
    )


@api.operation(
    "POST",
    "/redemptions/<string:redemption_id>/reversal",
    "reverseRedemption",
    access=P + "reverse",
    body=schemas.ReverseIn,
    returns=schemas.Receipt,
    status=201,
    key="required",
)
def reverse_redemption(actor: Actor, redemption_id: str, body: dict[str, Any]) -> redemption.Receipt:
    """Take a redemption of today back, as a second person."""
    return reversal.reverse_redemption(actor, redemption_id=_id(redemption_id), reason=body["reason"])


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
        return stores.count_stock(actor, product_id=_id(product_id), counted=counted, note=body["note"])
    return stores.take_in(actor, product_id=_id(product_id), quantity=quantity, note=body["note"])


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
