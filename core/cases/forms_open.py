"""Forms of the residents' pages."""

import re
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from core.fields import Text
from core.text import N_


class Degrees(fields.Field[float | None]):
    """Degrees as a phone says them; nothing when nobody tapped for them."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(load_default=None, **kwargs)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float | None:
        text = str(value).strip()
        if not text:
            return None
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,17})?", text) or abs(float(text)) > self._most:
            raise ValidationError(N_("经纬度有误。"))
        return float(text)


class ReportForm(Schema):
    """What somebody reports. Words may be missing where there is a photo; the service sees to that."""

    class Meta:
        unknown = EXCLUDE

    kind = Text(60, shortest=1, required=True, error_messages={"required": N_("请先点一下，这是哪一类事。")})
    text = Text(5_000, load_default="")
    place = Text(200, load_default="")
    latitude = Degrees(90)
    longitude = Degrees(180)
    private = fields.Boolean(load_default=False)


class RateForm(Schema):
    """The verdict: thumb and solved."""

    class Meta:
        unknown = EXCLUDE

    thumb = fields.String(
        required=True,
        validate=validate.OneOf(["up", "down"]),
        error_messages={"required": N_("请点“满意”或“不满意”。")},
    )
    solved = fields.Boolean(required=True, error_messages={"required": N_("请点“解决了”或“没有解决”。")})
    note = Text(500, load_default="")
    version = fields.Integer(load_default=None)


class WordsForm(Schema):
    """A few words to one's own case."""

    class Meta:
        unknown = EXCLUDE

    words = Text(1_000, load_default="")


class TrackForm(Schema):
    """Number and key as somebody types them."""

    class Meta:
        unknown = EXCLUDE

    number = Text(60, load_default="")
    key = Text(60, load_default="")
