"""Shapes of the points store's JSON."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Points, Strict, Text


class Rule(Schema):
    """For which act how many points."""

    id = Id(required=True)
    area_code = AreaCode(required=True)
    title = fields.String(required=True)
    points_min = fields.Integer(required=True)
    points_max = fields.Integer(required=True)
    active = fields.Boolean(required=True)


class Wallet(Schema):
    """A wallet. `balance` in points (1 point = 1 yuan)."""

    id = Id(required=True)
    household_id = Id(required=True, allow_none=True)
    person_id = Id(required=True, allow_none=True)
    area_code = AreaCode(required=True)
    balance = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["active", "stopped"]))


class Entry(Schema):
    """A line of a statement."""

    id = Id(required=True)
    transfer_id = Id(required=True)
    kind = fields.String(required=True)
    at = Moment(required=True)
    points = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)


class GrantPointsIn(Strict):
    """An award: to whom, by which rule, how many, and why."""

    household_id = Id(required=True)
    person_id = Id(load_default=None, allow_none=True)
    rule_id = Id(required=True)
    points = Points(required=True)
    reason = Text(200, shortest=1, required=True)


class Award(Schema):
    """A booked award."""

    id = Id(required=True)
    wallet_id = Id(required=True)
    points = fields.Integer(required=True)
    balance = fields.Integer(required=True)


class RedeemCode(Schema):
    """A code to show: draw `url` as QR, or read `code` aloud. Used once, gone at `expires_at`."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    url = fields.String(required=True)
    wallet_id = Id(required=True)
    seconds = fields.Integer(required=True)
    expires_at = Moment(required=True)


class Item(Strict):
    """A product and how many."""

    product_id = Id(required=True)
    quantity = Points(required=True, most=999)


class RedeemIn(Strict):
    """What a clerk's phone sends. `points`: the total both sides saw, if given."""

    store_id = Id(required=True)
    code = Text(400, shortest=1, required=True)
    pin = Text(12, load_default="")
    items = fields.List(fields.Nested(Item), required=True, validate=validate.Length(1, 50))
    points = Points(load_default=None, allow_none=True)


class Receipt(Schema):
    """A booked redemption or its reversal."""

    id = Id(required=True, attribute="redemption_id")
    transfer_id = Id(required=True)
    wallet_id = Id(required=True)
    store_id = Id(required=True)
    points = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    at = Moment(required=True)


class ReverseIn(Strict):
    """Why a redemption is taken back."""

    reason = Text(200, shortest=1, required=True)


class Store(Schema):
    """A village store."""

    id = Id(required=True)
    name = fields.String(required=True)
    area_code = AreaCode(required=True)
    active = fields.Boolean(required=True)


class Product(Schema):
    """Goods or a service; `stock` null is not counted."""

    id = Id(required=True)
    store_id = Id(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    points = fields.Integer(required=True)
    stock = fields.Integer(required=True, allow_none=True)
    active = fields.Boolean(required=True)


class ProductQuery(PageQuery):
    """Which store's shelf."""

    store_id = Id(required=True)


class AdjustStockIn(Strict):
    """Either `quantity` that came in (negative: went bad) or what was `counted`."""

    quantity = fields.Integer(strict=True, load_default=None, validate=validate.Range(-100_000, 1_000_000))
    counted = fields.Integer(strict=True, load_default=None, validate=validate.Range(0, 10_000_000))
    note = Text(200, load_default="")


class VillageBook(Schema):
    """A village's book: issued - redeemed + reversed + moved = outstanding."""

    id = AreaCode(required=True, attribute="area_code")
    area_name = fields.String(required=True)
    granted = fields.Integer(required=True)
    fund = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    redeemed = fields.Integer(required=True)
    reversed = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    outstanding = fields.Integer(required=True)
    stores_held = fields.Integer(required=True)
    balanced = fields.Boolean(required=True)
