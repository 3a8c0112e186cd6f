"""The duty screen and the figures as JSON."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, Strict


class WatchedCall(Schema):
    """A call as a screen shows it."""

    id = Id(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    kind = fields.String(required=True)
    urgency = fields.Integer(required=True)
    household_id = Id(required=True)
    household_number = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    rung = fields.Integer(required=True)
    first_taker = fields.String(required=True)
    taken_by = Id(required=True, allow_none=True)
    taken_name = fields.String(required=True)
    taken_how = fields.String(required=True)
    rung_at = Moment(required=True)
    waits_since = Moment(required=True)
    pressed_at = Moment(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class CallChanges(Schema):
    """What changed after a number. `number`: what to ask with next; `is_whole`: forget all others."""

    id = Id(required=True)
    number = fields.Integer(required=True)
    at = Moment(required=True)
    is_whole = fields.Boolean(required=True)
    has_more = fields.Boolean(required=True)
    calls = fields.List(fields.Nested(WatchedCall), required=True)


class CallChangesQuery(Strict):
    """After which number; 0: all that is open, and what was taken today."""

    since = fields.Integer(load_default=0, validate=validate.Range(0, 2**62))


class CallFigureSchema(Schema):
    """The calls of a village in a month. `id` is its code; shares in thousandths, null where none was due."""

    id = Id(required=True)
    name = fields.String(required=True)
    calls = fields.Integer(required=True)
    due = fields.Integer(required=True)
    within_first = fields.Integer(required=True)
    within_second = fields.Integer(required=True)
    late = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    held_up = fields.Integer(required=True)
    thumbs_up = fields.Integer(required=True)
    thumbs_down = fields.Integer(required=True)
    share_first = fields.Integer(required=True, allow_none=True)
    share_second = fields.Integer(required=True, allow_none=True)


class CallFiguresQuery(Strict):
    """Which month (`2026-11`), this one by default; which area, all of one's own by default."""

    month = fields.String(load_default="", validate=validate.Regexp(r"\A(20[0-9]{2}-(0[1-9]|1[0-2]))?\Z"))
    area_code = AreaCode(load_default="")
