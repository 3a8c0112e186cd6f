"""The config section [plugin.elder_meals]."""

from marshmallow import fields, validate

from core.fields import Strict


class ElderMealsSettings(Strict):
    """`longest`: how many characters a note may have."""

    longest = fields.Integer(load_default=200, strict=True, validate=validate.Range(1, 1000))
