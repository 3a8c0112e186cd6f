"""Marshmallow fields that every plugin uses: what comes in is clean, what goes out has one shape."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from core.clock import CHINA
from core.text import N_

# A NUL byte is stored by SQLite and refused by PostgreSQL; half of a surrogate pair cannot be
# stored at all; no control sign has a meaning here. What turns the direction of writing around (bidi
# embeddings, overrides, isolates: UAX #9, 2) makes a name or a number read as another one than is stored;
# the marks that letters of a right-to-left script need (200E, 200F, 061C) stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Signs without a picture: joiners, marks of direction, fillers. Inside of words some are needed.
_UNSEEN = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
)
MAX_POINTS = 10_000_000
_MAX_ID = 2**53
# Of a list that is too short or too long: whether it has a least, a most -> a sentence for `core.text`.
_ENTRIES = {
    (True, True): "Must have between {min} and {max} entries.",
    (True, False): "Must have at least {min} entries.",
    (False, True): "Must have at most {max} entries.",
}


def cleaned(raw_text: str) -> str:
    """Text without control characters and outer spaces: what can be stored everywhere and reads as it is.

    A text of which nothing would be seen is empty.
    """
    text = _CONTROL.sub("", raw_text).strip()
    return "" if _UNSEEN.fullmatch(text) else text


class Text(fields.String):
    """Text without control characters and outer spaces, at most `longest` characters."""

    def __init__(self, longest: int = 200, *, shortest: int = 0, **kwargs: Any) -> None:
        checks = [validate.Length(min=shortest, max=longest)]
        super().__init__(validate=checks, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return cleaned(value)


class Id(fields.Field[int]):
    """A key: a string of digits outside, a number inside."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,16}", text) or int(text) > _MAX_ID:
            raise ValidationError(N_("编号应为数字。"))
        return int(text)


class Points(fields.Integer):
    """A whole number of points, 1 or more: no fraction, no exponent, no text, no NaN."""

    def __init__(self, *, least: int = 1, most: int = MAX_POINTS, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(N_("应为整数。"))
        return value


class FormPoints(fields.Field[int]):
    """The same from an HTML form, where every value is text; full-width digits are understood."""

    def __init__(self, *, least: int = 1, most: int = MAX_POINTS, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        text = str(value).strip()
        if not re.fullmatch(r"-?[0-9０-９]{1,12}", text):
            raise ValidationError(N_("应为整数。"))
        return int(text)


class AreaCode(fields.String):
    """A division code: 4, 6, 9, 12 or 15 digits."""

    def __init__(self, **kwargs: Any) -> None:
        check = validate.Regexp(
            r"^[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3}([0-9]{3})?)?)?)?\Z",
            error=N_("区划代码应为 4、6、9、12 或 15 位数字。"),
        )
        super().__init__(validate=check, **kwargs)


class Moment(fields.Field[datetime]):
    """RFC 3339 with offset: milliseconds out, an offset demanded in."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(CHINA).isoformat(timespec="milliseconds")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        # Years 1 and 9999 have no room for another offset.
        if moment is None or moment.tzinfo is None or not 1900 <= moment.year <= 2200:
            raise ValidationError(N_("应为日期时间，如 2026-03-01T08:00:00+08:00。"))
        return moment.astimezone(CHINA)


class Strict(Schema):
    """Parent of all shapes that come in: unknown keys are refused."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """marshmallow's `Length` tells of letters; of a list it tells of entries."""
        if isinstance(field_obj, fields.List):
            for check in field_obj.validators:
                if isinstance(check, validate.Length) and check.error is None and check.equal is None:
                    check.error = _ENTRIES[check.min is not None, check.max is not None]

    def mistakes_when_set(self, values: Mapping[str, Any]) -> dict[str, list[str]]:
        """Of a plugin's settings, loaded: key -> why they cannot be set so by page from now on.

        Who has them so already is not stopped by it.
        """
        return {}


class PageQuery(Schema):
    """Which page of a list, and how long it is."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    page_size = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class Problem(Schema):
    """An error as application/problem+json (RFC 9457), with a short stable code."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.Raw())
