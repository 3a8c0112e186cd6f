"""Shapes of decisions, their versions, steps, gate and execution."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from plugins.supervision.decision_words import BODIES, LINE_TITLES, STATE_TITLES
from plugins.supervision.models.decisions import SEATS

_HEADS = validate.Range(0, 100_000)
_FEN = validate.Range(0, 10**12)


class DecisionSchema(Schema):
    """A decision. `version`: that counts, 0 before the first publication; its days."""

    id = Id(required=True)
    code = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    power_code = fields.String(required=True)
    six_steps = fields.Boolean(required=True)
    state = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    budget_fen = fields.Integer(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    published_at = Moment(required=True, allow_none=True)
    earliest_day = fields.Date(required=True, allow_none=True)
    closes_at = Moment(required=True, allow_none=True)
    roll_size = fields.Integer(required=True, allow_none=True)
    started_at = Moment(required=True, allow_none=True)
    done_at = Moment(required=True, allow_none=True)
    withdrawn_at = Moment(required=True, allow_none=True)
    why_withdrawn = fields.String(required=True)
    result = fields.String(required=True)


class DecisionVersionSchema(Schema):
    """A published text; `digest`: SHA-256 of its canonical form, `is_whole`: the two fit."""

    number = fields.Integer(required=True)
    digest = fields.String(required=True)
    published_at = Moment(required=True)
    earliest_day = fields.Date(required=True)
    closes_at = Moment(required=True)
    roll_size = fields.Integer(required=True)
    is_whole = fields.Boolean(required=True)


class GroupSchema(Schema):
    """Approvals of a group: `base` voters, `needed` must agree, `short` are missing."""

    agree = fields.Integer(required=True)
    base = fields.Integer(required=True)
    needed = fields.Integer(required=True)
    short = fields.Integer(required=True)


class GateSchema(Schema):
    """Whether it may be carried out; `why`: what is missing, in Chinese; `short`: missing approvals."""

    is_open = fields.Boolean(required=True)
    is_due = fields.Boolean(required=True)
    is_met = fields.Boolean(required=True)
    earliest_day = fields.Date(required=True)
    short = fields.Integer(required=True)
    undecided = fields.Integer(required=True)
    why = fields.List(fields.String(), required=True)
    tally = fields.Nested(GroupSchema, required=True)
    groups = fields.Dict(fields.String(), fields.Nested(GroupSchema), required=True)


class DecisionStepSchema(Schema):
    """A step of 四议两公开; what is not on record is null. `is_of_text`: of the text as it is now."""

    step = fields.Integer(required=True)
    body = fields.String(required=True)
    day = fields.Date(required=True, allow_none=True)
    due = fields.Integer(required=True, allow_none=True)
    present = fields.Integer(required=True, allow_none=True)
    agree = fields.Integer(required=True, allow_none=True)
    signatures = fields.Integer(required=True, allow_none=True)
    is_of_text = fields.Boolean(required=True)


class ExecutionLineSchema(Schema):
    """A thing that was done; money in fen."""

    id = Id(required=True)
    kind = fields.String(required=True)
    day = fields.Date(required=True)
    title = fields.String(required=True)
    amount_fen = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True)


class DecisionPage(DecisionSchema):
    """A decision with its versions (the newest first), steps, gate (null for a draft) and execution."""

    versions = fields.List(fields.Nested(DecisionVersionSchema), required=True)
    steps = fields.List(fields.Nested(DecisionStepSchema), required=True)
    gate = fields.Nested(GateSchema, required=True, allow_none=True)
    lines = fields.List(fields.Nested(ExecutionLineSchema), required=True)
    paid_fen = fields.Integer(required=True)


class DecisionQuery(PageQuery):
    """Which decisions."""

    area_code = AreaCode()
    state = fields.String(validate=validate.OneOf(list(STATE_TITLES)))
    power_code = Text(20)
    search = Text(60)


class DraftBody(Strict):
    """The text of the next version; money in fen; `attachments`: ids of further uploads."""

    title = Text(120, shortest=1, required=True)
    text = Text(20_000, shortest=1, required=True)
    budget_fen = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_FEN)
    attachments = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class NewDecisionBody(DraftBody):
    """A decision to be drafted. `six_steps` null: as the item of the power list asks."""

    area_code = AreaCode(required=True)
    power_code = Text(20, load_default="")
    six_steps = fields.Boolean(load_default=None, allow_none=True)
    concerned = fields.List(Id(), load_default=list, validate=validate.Length(0, 100))


class WithdrawBody(Strict):
    """Why."""

    why = Text(300, shortest=1, required=True)


class StepBody(Strict):
    """A meeting's sheet of step 1 to 4."""

    step = fields.Integer(required=True, strict=True, validate=validate.Range(1, 4))
    body = fields.String(load_default="", validate=validate.OneOf(["", *BODIES]))
    day = fields.Date(required=True)
    due = fields.Integer(required=True, strict=True, validate=_HEADS)
    present = fields.Integer(required=True, strict=True, validate=_HEADS)
    agree = fields.Integer(required=True, strict=True, validate=_HEADS)
    signatures = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_HEADS)
    note = Text(2000, load_default="")
    photos = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class LineBody(Strict):
    """A thing that was done; money in fen, below zero to take a payment back."""

    kind = fields.String(required=True, validate=validate.OneOf(list(LINE_TITLES)))
    day = fields.Date(required=True)
    title = Text(120, shortest=1, required=True)
    amount_fen = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(-(10**12), 10**12)
    )
    note = Text(500, load_default="")
    photos = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class ResultBody(Strict):
    """What came of it."""

    text = Text(5000, shortest=1, required=True)


class RecusalSchema(Schema):
    """A recusal; its id is the person's. Neither moment: it waits for a person to decide."""

    id = Id(required=True)
    person_id = Id(required=True)
    name = fields.String(required=True)
    reason = fields.String(required=True)
    confirmed_at = Moment(required=True, allow_none=True)
    declined_at = Moment(required=True, allow_none=True)


class RecusalBody(Strict):
    """Whether they leave."""

    confirm = fields.Boolean(required=True)


class RollEntrySchema(Schema):
    """A person on the roll, with their seats joined by commas and why."""

    id = Id(required=True)
    person_id = Id(required=True)
    name = fields.String(required=True)
    seats = fields.String(required=True)
    reasons = fields.String(required=True)


class VoterSchema(Schema):
    """A seat of somebody, from a day to a day."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    person_id = Id(required=True)
    name = fields.String(required=True)
    seat = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    source = fields.String(required=True)


class VoterQuery(PageQuery):
    """Whose seats."""

    area_code = AreaCode(required=True)
    seat = fields.String(load_default="", validate=validate.OneOf(["", *SEATS]))


class NewVoterBody(Strict):
    """A seat to be given."""

    area_code = AreaCode(required=True)
    person_id = Id(required=True)
    seat = fields.String(required=True, validate=validate.OneOf(SEATS))
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)
    source = Text(100, load_default="")


class EndVoterBody(Strict):
    """The last day."""

    until = fields.Date(required=True)
