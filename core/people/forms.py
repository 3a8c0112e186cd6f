"""What the pages' forms send."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Strict, Text
from core.people.words import FIELDS, LEAVINGS, PURPOSES, RELATIONS, RISK_LEVELS, TAGS


class ListQuery(Schema):
    """The search row over the list."""

    search = Text(60, load_default="")
    area_code = Text(15, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class HouseholdForm(Strict):
    """A household without its members."""

    area_code = AreaCode(required=True)
    number = Text(30, shortest=1, required=True)
    address = Text(200, load_default="")
    clear_address = fields.Boolean(load_default=False)


class PersonForm(Strict):
    """A person. In a change, an empty number keeps the stored one unless its box says to clear it."""

    name = Text(60, shortest=1, required=True)
    citizen_id = Text(40, load_default="")
    clear_citizen_id = fields.Boolean(load_default=False)
    phone = Text(40, load_default="")
    clear_phone = fields.Boolean(load_default=False)
    is_head = fields.Boolean(load_default=False)
    risk_level = fields.String(load_default="low", validate=validate.OneOf(list(RISK_LEVELS)))
    tags = fields.List(fields.String(validate=validate.OneOf(list(TAGS))), load_default=list)


class RevealForm(Strict):
    """Which field, and why."""

    field = fields.String(required=True, validate=validate.OneOf(list(FIELDS)))
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))


class KinshipForm(Strict):
    """Who is what to whom."""

    person_id = Id(required=True)
    kin_id = Id(required=True)
    relation = fields.String(required=True, validate=validate.OneOf(list(RELATIONS)))


class LeavingForm(Strict):
    """Why and when somebody left; who becomes head, where the head leaves."""

    left_for = fields.String(required=True, validate=validate.OneOf(list(LEAVINGS)))
    left_on = fields.Date(required=True)
    note = Text(200, load_default="")
    new_head_id = Id(load_default=None, allow_none=True)


class TakeBackForm(Strict):
    """Why it is taken back."""

    reason = Text(200, shortest=1, required=True)
