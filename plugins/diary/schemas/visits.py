"""Shapes of visits, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from core.people.api import RISK_LEVELS, TAGS
from plugins.diary.words import KINDS, OCCASIONS, TOPICS


class PersonSeenSchema(Strict):
    """A member of the household who was met; tags and risk level where the visit changes them."""

    person_id = Id(required=True)
    tags = fields.List(fields.String(validate=validate.OneOf(list(TAGS))), load_default=None, allow_none=True)
    risk_level = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(RISK_LEVELS)))


class NewVisitSchema(Strict):
    """A visit to one household or one establishment. A `text` becomes a diary entry."""

    household_id = Id(load_default=None, allow_none=True)
    establishment_id = Id(load_default=None, allow_none=True)
    day = fields.Date(load_default=None, allow_none=True)
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    persons = fields.List(
        fields.Nested(PersonSeenSchema), load_default=list, validate=validate.Length(max=30)
    )
    topics = fields.List(
        fields.String(validate=validate.OneOf(list(TOPICS))),
        load_default=list,
        validate=validate.Length(max=12),
    )
    occasion = fields.String(load_default="", validate=validate.OneOf(["", *OCCASIONS]))
    text = Text(20_000, load_default="")
    publish = fields.Boolean(load_default=True)
    solved = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 20))
    solved_note = Text(500, load_default="")
    revisit_on = fields.Date(load_default=None, allow_none=True)
    files = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class MetSchema(Schema):
    """Somebody who was met, and what the visit changed in the register (codes with commas)."""

    person_id = Id(required=True)
    name = fields.String(required=True)
    tags_before = fields.String(required=True)
    tags_after = fields.String(required=True)
    risk_before = fields.String(required=True)
    risk_after = fields.String(required=True)


class VisitSchema(Schema):
    """A visit. `reason`: why the door was due; `entry_id`: what was written about it."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    household_id = Id(allow_none=True)
    establishment_id = Id(allow_none=True)
    name = fields.String(required=True)
    account_id = Id(allow_none=True)
    account_name = fields.String(required=True)
    kind = fields.String(required=True)
    day = fields.Date(required=True)
    reason = fields.String(required=True)
    occasion = fields.String(required=True)
    topics = fields.List(fields.String(), required=True)
    solved = fields.Integer(required=True)
    solved_note = fields.String(required=True)
    revisit_on = fields.Date(allow_none=True)
    at = Moment(required=True)
    entry_id = Id(allow_none=True)
    persons = fields.List(fields.Nested(MetSchema), required=True)


class VisitQuery(PageQuery):
    """Which visits."""

    area_code = AreaCode()
    household_id = Id()
    establishment_id = Id()
    mine = fields.Boolean()
    since = fields.Date()
    until = fields.Date()


class DueSchema(Schema):
    """A door that is due. `id` is the household's; `reason`: a code, after a colon what of it."""

    id = Id(required=True)
    name = fields.String(required=True)
    number = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    due_on = fields.Date(required=True)
    late = fields.Boolean(required=True)
    last_visit = fields.Date(allow_none=True)
    visits = fields.Integer(required=True)
    reason = fields.String(required=True)


class DueQuery(PageQuery):
    """Which doors: of an area, due until a day (some days ahead)."""

    area_code = AreaCode()
    until = fields.Date()
