"""Shapes of goods between stores."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, Points, Strict, Text
from plugins.points_store.schemas.counter import Item


class SendGoodsIn(Strict):
    """To which store which goods."""

    to_store_id = Id(required=True)
    items = fields.List(fields.Nested(Item), required=True, validate=validate.Length(1, 50))
    note = Text(200, load_default="")


class ArrivedIn(Strict):
    """How many pieces of a line arrived; why, where it is fewer than were sent."""

    line_id = Id(required=True)
    received = Points(required=True, least=0, most=999)
    reason = Text(200, load_default="")


class ReceiveGoodsIn(Strict):
    """What arrived of each line."""

    lines = fields.List(fields.Nested(ArrivedIn), required=True, validate=validate.Length(1, 50))


class GoodsTransferLine(Schema):
    """A product on its way."""

    id = Id(required=True)
    product_id = Id(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    received = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)


class GoodsTransfer(Schema):
    """Goods that go from one store to another."""

    id = Id(required=True)
    store_id = Id(required=True)
    to_store_id = Id(required=True)
    sent_at = Moment(required=True)
    received_at = Moment(required=True, allow_none=True)
    note = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["sent", "received"]))
    lines = fields.List(fields.Nested(GoodsTransferLine), required=True)
