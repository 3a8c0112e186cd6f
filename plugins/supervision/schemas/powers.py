"""Shapes of the power list and of what villages publish."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Text
from plugins.supervision.power_words import CLASSES


class PowerStepSchema(Schema):
    """A step: who does it, which documents, limit in working days (null: none), where it may be sent back."""

    title = fields.String(required=True)
    who = fields.String(required=True)
    documents = fields.String(required=True)
    days = fields.Integer(required=True, allow_none=True)
    back_to = fields.Integer(required=True, allow_none=True)
    back_when = fields.String(required=True)


class PowerSchema(Schema):
    """An item of the power list as of a day. `ground` is empty where the county has not filled it in."""

    id = Id(required=True)
    code = fields.String(required=True)
    power_class = fields.String(required=True, validate=validate.OneOf(list(CLASSES)))
    class_title = fields.String(required=True)
    title = fields.String(required=True)
    post = fields.String(required=True)
    ground = fields.String(required=True)
    steps = fields.List(fields.Nested(PowerStepSchema), required=True)
    version = fields.Integer(required=True)
    valid_from = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class PowerDay(Schema):
    """As of which day (today)."""

    day = fields.Date(load_default=None, allow_none=True)


class PowersQuery(PageQuery):
    """Which items: those on in a village (empty: the county's list), of a class, as of a day (today)."""

    area_code = AreaCode(load_default="")
    power_class = fields.String(load_default="", validate=validate.OneOf(["", *CLASSES]))
    day = fields.Date(load_default=None, allow_none=True)
    q = Text(60, load_default="")


class AssetsSheetSchema(Schema):
    """A published period of a village, amounts in fen. `digest`: SHA-256 of the workbook."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    period = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    version = fields.Integer(required=True)
    opening_fen = fields.Integer(required=True)
    income_fen = fields.Integer(required=True)
    spending_fen = fields.Integer(required=True)
    closing_fen = fields.Integer(required=True)
    note = fields.String(required=True)
    digest = fields.String(required=True)
    at = Moment(required=True)
    is_newest = fields.Boolean(required=True)


class AssetsQuery(PageQuery):
    """Of which area."""

    area_code = AreaCode(load_default="")


class OverdueSchema(Schema):
    """A village that has not published a period when it was due; its id is its code."""

    id = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    period = fields.String(required=True)
    due_on = fields.Date(required=True)
    days_late = fields.Integer(required=True)
