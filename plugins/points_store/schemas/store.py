"""Shapes of stores, products and stock."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, PageQuery, Strict, Text


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
