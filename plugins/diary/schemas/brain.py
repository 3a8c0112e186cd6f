"""Shapes of hot words and of the index, out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Strict
from plugins.diary.words import KINDS


class HotWordSchema(Schema):
    """A word: in how many entries it stands now and in the period before; `share` of a thousand entries.

    `rise`: entries more than there would be at the share of the period before.
    """

    id = fields.String(required=True)
    word = fields.String(required=True)
    entries = fields.Integer(required=True)
    before = fields.Integer(required=True)
    share = fields.Integer(required=True)
    share_before = fields.Integer(required=True)
    rise = fields.Integer(required=True)


class IndexTermSchema(Schema):
    """One term: `part` of `whole` (never more than all of it counts), with its weight."""

    name = fields.String(required=True)
    part = fields.Integer(required=True)
    whole = fields.Integer(required=True)
    percent = fields.Float(required=True)
    weight = fields.Integer(required=True)
    counts = fields.Boolean(required=True)


class IndexSchema(Schema):
    """A cadre's index of a month, 0 to 100; null where no term counts."""

    id = fields.String(required=True)
    account_id = Id(required=True)
    account_name = fields.String(required=True)
    month = fields.String(required=True)
    score = fields.Float(required=True, allow_none=True)
    terms = fields.List(fields.Nested(IndexTermSchema), required=True)


class IndexQuery(Strict):
    """Which month (this one), whose (one's own)."""

    month = fields.String(validate=validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z"))
    account_id = Id()


class HotWordQuery(Strict):
    """Which words: of an area's entries from a day to a day, both inclusive."""

    area_code = AreaCode()
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    order = fields.String(load_default="often", validate=validate.OneOf(["often", "rising"]))
