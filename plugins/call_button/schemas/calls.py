"""Shapes of calls."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from plugins.call_button.call_words import HOWS, KINDS, REASONS, STATES, THUMBS
from plugins.call_button.queries.calls import OPEN_STATE, OVER_STATE


class CallContactSchema(Schema):
    """Whom to ring besides; name and phone are masked. `left_for`: died or moved, of who left."""

    id = Id(required=True)
    relation = fields.String(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)
    left_for = fields.String(required=True)


class CallStepSchema(Schema):
    """A line of a call's history."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    deed = fields.String(required=True)
    title = fields.String(required=True)
    who = fields.String(required=True)
    words = fields.String(required=True)
    told = fields.List(fields.String(), required=True)


class CallSchema(Schema):
    """A call; `seconds`: how long it rang until it was answered, or rings already; `waits_since`: when it
    rang, or began to ring again; `pressed_at`: when the key was pressed, where the press came late. Contacts
    and steps are empty in lists."""

    id = Id(required=True)
    version = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    household_id = Id(required=True)
    household_number = fields.String(required=True)
    name = fields.String(required=True)
    device_id = Id(required=True)
    place = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    urgency = fields.Integer(required=True)
    seconds = fields.Integer(required=True)
    follows_id = Id(required=True, allow_none=True)
    rung = fields.Integer(required=True)
    rung_at = Moment(required=True)
    waits_since = Moment(required=True)
    pressed_at = Moment(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    cancelled_at = Moment(required=True, allow_none=True)
    first_taker = fields.String(required=True)
    taken_by = Id(required=True, allow_none=True)
    taken_name = fields.String(required=True)
    taken_how = fields.String(required=True)
    reason = fields.String(required=True)
    result = fields.String(required=True)
    thumb = fields.String(required=True)
    is_asked = fields.Boolean(required=True)
    case_id = Id(required=True, allow_none=True)
    contacts = fields.List(fields.Nested(CallContactSchema), required=True)
    steps = fields.List(fields.Nested(CallStepSchema), required=True)


class CallQuery(PageQuery):
    """Which calls; what is empty does not count. `state`: one state, `open` or `over`; `mine`: those that
    one has taken."""

    state = fields.String(load_default="", validate=validate.OneOf(["", OPEN_STATE, OVER_STATE, *STATES]))
    area_code = AreaCode(load_default="")
    household_id = Id(load_default=None)
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    thumb = fields.String(load_default="", validate=validate.OneOf(["", *THUMBS]))
    since = Moment(load_default=None)
    until = Moment(load_default=None)
    mine = fields.Boolean(load_default=False)


class CallAnswer(Strict):
    """What one does now; `take_over`: also where somebody else has the call."""

    how = fields.String(required=True, validate=validate.OneOf(list(HOWS)))
    take_over = fields.Boolean(load_default=False)


class CallEnd(Strict):
    """Why it rang, and what came of it."""

    reason = fields.String(required=True, validate=validate.OneOf(list(REASONS)))
    result = Text(500, load_default="")


class CallNote(Strict):
    """A few words."""

    words = Text(500, required=True)


class CallThumb(Strict):
    """What the resident said when somebody asked."""

    thumb = fields.String(required=True, validate=validate.OneOf(list(THUMBS)))


class CallOrder(Strict):
    """What the resident wants done."""

    text = Text(5_000, required=True, shortest=1)
