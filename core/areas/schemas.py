"""Shapes of areas, in and out."""

from marshmallow import Schema, fields, validate

from core.areas.levels import DIGITS
from core.fields import AreaCode, PageQuery, Text


class AreaSchema(Schema):
    """An area; its id is its code."""

    id = fields.String(attribute="code", dump_only=True, required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True, validate=validate.OneOf(list(DIGITS)))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(allow_none=True)
    successor_code = fields.String(allow_none=True)


class AreaDetailSchema(AreaSchema):
    """An area with its path and, for an old one, where it leads today."""

    path = fields.String(required=True)
    current_code = fields.String(required=True)


class AreaQuery(PageQuery):
    """Which areas: by default those valid today."""

    parent = AreaCode()
    level = fields.String(validate=validate.OneOf(list(DIGITS)))
    on_date = fields.Date()
    search = Text(60, load_default="")


class AreaSearch(Schema):
    """The search box and place of the page; odd input finds nothing instead of failing."""

    search = Text(60, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
