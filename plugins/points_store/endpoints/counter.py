"""Redemptions at the counter, and their reversal."""

from typing import Any

from core.security import Actor
from plugins.points_store import schemas
from plugins.points_store.endpoints import P, api, parse_id
from plugins.points_store.services import redemption, reversal


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
        known_face=body["known_face"],
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
    return reversal.reverse_redemption(actor, redemption_id=parse_id(redemption_id), reason=body["reason"])


@api.operation(
    "POST",
    "/redemptions/<string:redemption_id>/returns",
    "returnRedemption",
    access=P + "return",
    body=schemas.ReturnIn,
    returns=schemas.Receipt,
    status=201,
    key="required",
)
def return_redemption(actor: Actor, redemption_id: str, body: dict[str, Any]) -> redemption.Receipt:
    """Take lines of a redemption back as the village, within the county's days and before the settlement."""
    quantities: dict[int, int] = {}
    for line in body["lines"]:
        quantities[line["line_id"]] = quantities.get(line["line_id"], 0) + line["quantity"]
    return reversal.return_lines(
        actor,
        redemption_id=parse_id(redemption_id),
        quantities=quantities,
        reason=body["reason"],
        restock=body["restock"],
    )
