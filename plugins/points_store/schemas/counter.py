"""Shapes of a redemption and its reversal."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, Points, Strict, Text


class Item(Strict):
    """A product and how many."""

    product_id = Id(required=True)
    quantity = Points(required=True, most=999)


class RedeemIn(Strict):
    """What a clerk's phone sends. `points`: the total both sides saw, if given.

    `known_face`: the clerk knows the card's holder; it takes the PIN's place where the county lets it.
    """

    store_id = Id(required=True)
    code = Text(400, shortest=1, required=True)
    pin = Text(12, load_default="")
    items = fields.List(fields.Nested(Item), required=True, validate=validate.Length(1, 50))
    points = Points(load_default=None, allow_none=True)
    known_face = fields.Boolean(load_default=False)


class Receipt(Schema):
    """A booked redemption or its reversal."""

    id = Id(required=True, attribute="redemption_id")
    transfer_id = Id(required=True)
    wallet_id = Id(required=True)
    store_id = Id(required=True)
    points = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    at = Moment(required=True)


class ReturnLineIn(Strict):
    """How many pieces of a line of the receipt go back."""

    line_id = Id(required=True)
    quantity = Points(required=True, most=999)


class ReturnIn(Strict):
    """What goes back and why; `restock`: whether the goods go onto the shelf again."""

    lines = fields.List(fields.Nested(ReturnLineIn), required=True, validate=validate.Length(1, 50))
    reason = Text(150, shortest=1, required=True)
    restock = fields.Boolean(load_default=True)


class ReverseIn(Strict):
    """Why a redemption is taken back."""

    reason = Text(200, shortest=1, required=True)
