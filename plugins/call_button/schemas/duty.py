"""Shapes of the duty roster and leave."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, PageQuery, Strict
from plugins.call_button.duty_words import LEAVE_REASONS, MINUTES_A_DAY

_MINUTE = validate.Range(0, MINUTES_A_DAY - 1)


class DutyShiftSchema(Schema):
    """A shift. `since`, `until`: minutes of `day`, beyond 1440 on the next; `absent`: nobody is told."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    day = fields.Date(required=True)
    since = fields.Integer(required=True)
    until = fields.Integer(required=True)
    account_id = Id(required=True)
    name = fields.String(required=True)
    absent = fields.Boolean(required=True)


class DutyShiftQuery(PageQuery):
    """Which desk, and from which day to which; both inclusive, 62 days at most."""

    area_code = AreaCode(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)


class NewDutyShift(Strict):
    """Whom to give duty, where and when; minutes of the day."""

    area_code = AreaCode(required=True)
    day = fields.Date(required=True)
    since = fields.Integer(required=True, strict=True, validate=_MINUTE)
    until = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2 * MINUTES_A_DAY))
    account_id = Id(required=True)


class RepeatWeekBody(Strict):
    """The week of `day` (Monday to Sunday) over the next `weeks` weeks."""

    area_code = AreaCode(required=True)
    day = fields.Date(required=True)
    weeks = fields.Integer(required=True, strict=True, validate=validate.Range(1, 12))


class CopyMonthBody(Strict):
    """The month of `day` is filled from the one before, weekday by weekday."""

    area_code = AreaCode(required=True)
    day = fields.Date(required=True)


class DutyCopied(Schema):
    """How many shifts were written, and how many were left out since they clash or their holder is gone.

    `id`: the area of the desk.
    """

    id = AreaCode(required=True)
    written = fields.Integer(required=True)
    left_out = fields.Integer(required=True)


class DutyLeaveSchema(Schema):
    """Somebody is away, both days inclusive."""

    id = Id(required=True)
    account_id = Id(required=True)
    name = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True)


class DutyLeaveQuery(PageQuery):
    """Whose leave: of everybody with a post in the area, or one's own without it."""

    area_code = AreaCode(load_default="")


class NewDutyLeave(Strict):
    """Who is away from when to when; without an account it is oneself."""

    account_id = Id(load_default=None, allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(list(LEAVE_REASONS)))
