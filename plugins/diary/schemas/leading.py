"""Shapes of awards and of the cockpit, out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict
from plugins.diary.award_rules import AWARDS, STATES, SUBJECTS
from plugins.diary.schemas.brain import HotWordSchema, IndexTermSchema
from plugins.diary.words import KINDS


class NominationSchema(Schema):
    """Somebody or something put forward, with the terms that it was reckoned from, and what was decided.

    `subject_kind`: area (its code in `subject_id`), item (a line of a work list) or account. `score`: 0 to
    100, of items days.
    """

    id = Id(required=True)
    area_code = AreaCode(required=True)
    area_name = fields.String(required=True)
    month = fields.String(required=True)
    award = fields.String(required=True, validate=validate.OneOf(list(AWARDS)))
    subject_kind = fields.String(required=True, validate=validate.OneOf(list(SUBJECTS)))
    subject_id = fields.String(required=True)
    title = fields.String(required=True)
    rank = fields.Integer(required=True)
    score = fields.String(required=True)
    terms = fields.List(fields.Nested(IndexTermSchema), required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    decided_by = fields.String(required=True)
    decided_at = Moment(required=True, allow_none=True)
    why = fields.String(required=True)
    at = Moment(required=True)


class AwardQuery(PageQuery):
    """Of which month (YYYY-MM); of all without."""

    month = fields.String(load_default="", validate=validate.Regexp(r"(20[0-9]{2}-(0[1-9]|1[0-2]))?\Z"))


class CockpitQuery(Strict):
    """Of which area."""

    area_code = AreaCode(load_default="")


class CockpitDaySchema(Schema):
    """A day of the last thirty."""

    day = fields.Date(required=True)
    visits = fields.Integer(required=True)
    entries = fields.Integer(required=True)


class CockpitKindSchema(Schema):
    """Entries of this month by kind."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    entries = fields.Integer(required=True)


class CockpitPlaceSchema(Schema):
    """An area of the next smaller level: this month's visits and entries, doors visited this year, cases."""

    code = AreaCode(required=True)
    name = fields.String(required=True)
    visits = fields.Integer(required=True)
    entries = fields.Integer(required=True)
    doors = fields.Integer(required=True)
    visited = fields.Integer(required=True)
    late = fields.Integer(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)


class CockpitSchema(Schema):
    """All numbers of the cockpit. `visited` of `doors` since 1 January; `satisfied` of `rated` this month."""

    id = AreaCode(required=True)
    area_name = fields.String(required=True)
    day = fields.Date(required=True)
    month_since = fields.Date(required=True)
    visits_today = fields.Integer(required=True)
    visits_month = fields.Integer(required=True)
    entries_month = fields.Integer(required=True)
    doors = fields.Integer(required=True)
    visited = fields.Integer(required=True)
    late = fields.Integer(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    rated = fields.Integer(required=True)
    satisfied = fields.Integer(required=True)
    days = fields.List(fields.Nested(CockpitDaySchema), required=True)
    kinds = fields.List(fields.Nested(CockpitKindSchema), required=True)
    words = fields.List(fields.Nested(HotWordSchema), required=True)
    places = fields.List(fields.Nested(CockpitPlaceSchema), required=True)
