"""The config section [plugin.elder_meals]."""

from marshmallow import fields, validate

from core.fields import Strict
from core.people.api import TAGS
from core.text import N_


class ElderMealsSettings(Strict):
    """When a day closes, how far ahead one may order, and for which special groups (empty: everybody)."""

    closes_at = fields.String(
        load_default="09:30",
        validate=validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z"),
        metadata={"title": N_("截止时间"), "help": N_("当天的订餐几点截止，如 09:30。")},
    )
    days_ahead = fields.Integer(
        load_default=7,
        strict=True,
        validate=validate.Range(0, 31),
        metadata={"title": N_("提前几天"), "help": N_("最多提前几天订餐。")},
    )
    for_tags = fields.List(
        fields.String(validate=validate.OneOf(sorted(TAGS))),
        load_default=[],
        metadata={"title": N_("面向的群体"), "help": N_("留空就是所有人。")},
    )
