"""The config section [plugin.elder_meals]."""

from marshmallow import fields, validate

from core.fields import Strict
from core.people.api import TAGS


class ElderMealsSettings(Strict):
    """When a day closes, how far ahead one may order, and for which special groups (empty: everybody)."""

    closes_at = fields.String(
        load_default="09:30", validate=validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")
    )
    days_ahead = fields.Integer(load_default=7, strict=True, validate=validate.Range(0, 31))
    for_tags = fields.List(fields.String(validate=validate.OneOf(sorted(TAGS))), load_default=[])
