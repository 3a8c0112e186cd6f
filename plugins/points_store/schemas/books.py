"""Shapes of the book."""

from marshmallow import Schema, fields

from core.fields import AreaCode


class VillageBook(Schema):
    """A village's book.

    issued - withdrawn - redeemed - expired - deducted + reversed + moved = outstanding.
    """

    id = AreaCode(required=True, attribute="area_code")
    area_name = fields.String(required=True)
    granted = fields.Integer(required=True)
    fund = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    redeemed = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    deducted = fields.Integer(required=True)
    reversed = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    outstanding = fields.Integer(required=True)
    stores_held = fields.Integer(required=True)
    balanced = fields.Boolean(required=True)
