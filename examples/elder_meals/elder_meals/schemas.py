"""Shapes of the JSON interface, in and out."""

from marshmallow import Schema, fields

from core.fields import AreaCode, Id, Moment, Strict, Text


class ElderMealsNoteSchema(Schema):
    """A note."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    text = fields.String(required=True)
    at = Moment(required=True)


class NewElderMealsNote(Strict):
    """What to write down, and for which village."""

    area_code = AreaCode(required=True)
    text = Text(1000, required=True)


class ElderMealsNoteId(Schema):
    """The key of what was added."""

    id = Id(required=True)
