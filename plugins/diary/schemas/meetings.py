"""Shapes of meetings, small works and duties."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from plugins.diary.meeting_words import DUTY_STATES, MEETING_STATES, MEETINGS, WORK_STATES


class MeetingSchema(Schema):
    """A meeting. `present`, `residents`: of those who came; `minutes`: how many final versions there are."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    kind = fields.String(required=True)
    topic = fields.String(required=True)
    starts_at = Moment(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True)
    about_id = Id(required=True, allow_none=True)
    residents_percent = fields.Integer(required=True, allow_none=True)
    called = fields.Integer(required=True)
    present = fields.Integer(required=True)
    residents = fields.Integer(required=True)
    minutes = fields.Integer(required=True)
    outstanding = fields.Integer(required=True)
    published_at = Moment(required=True, allow_none=True)


class ResolutionSchema(Schema):
    """What a meeting decided; `case_id` where it became a case."""

    id = Id(required=True)
    text = fields.String(required=True)
    unit = fields.String(required=True)
    person_name = fields.String(required=True)
    due = fields.Date(required=True, allow_none=True)
    agree = fields.Integer(required=True, allow_none=True)
    against = fields.Integer(required=True, allow_none=True)
    abstain = fields.Integer(required=True, allow_none=True)
    case_id = Id(required=True, allow_none=True)
    thumb = fields.String(required=True)


class MatterSchema(Schema):
    """What a meeting is about; of a reply meeting with what was answered."""

    id = Id(required=True)
    kind = fields.String(required=True)
    target = Id(required=True, allow_none=True)
    title = fields.String(required=True)
    outcome = fields.String(required=True)
    settled = fields.Boolean(required=True)


class MinutesSchema(Schema):
    """A final version; `digest`: SHA-256 of its canonical form, `previous`: of the version it corrects."""

    number = fields.Integer(required=True)
    text = fields.String(required=True)
    digest = fields.String(required=True)
    previous = fields.String(required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)


class MeetingPage(MeetingSchema):
    """A meeting with its matters, decisions and final minutes, the newest version first."""

    agenda = fields.String(required=True)
    matters = fields.List(fields.Nested(MatterSchema), required=True)
    resolutions = fields.List(fields.Nested(ResolutionSchema), required=True)
    versions = fields.List(fields.Nested(MinutesSchema), required=True)


class MeetingQuery(PageQuery):
    """Which meetings. `case_id`: on whose table a case was, or from which it came."""

    area_code = AreaCode()
    kind = fields.String(validate=validate.OneOf(list(MEETINGS)))
    state = fields.String(validate=validate.OneOf(list(MEETING_STATES)))
    search = Text(60)
    case_id = Id()
    outstanding = fields.Boolean()


class WorkSchema(Schema):
    """A small work; money in fen."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    budget_fen = fields.Integer(required=True)
    cost_fen = fields.Integer(required=True, allow_none=True)
    cost_reason = fields.String(required=True)
    contractor = fields.String(required=True)
    state = fields.String(required=True)
    meeting_id = Id(required=True, allow_none=True)
    case_id = Id(required=True, allow_none=True)
    proposed_on = fields.Date(required=True)
    done_on = fields.Date(required=True, allow_none=True)


class WorkQuery(PageQuery):
    """Which small works; days: when they were proposed, both inclusive."""

    area_code = AreaCode()
    state = fields.String(validate=validate.OneOf(list(WORK_STATES)))
    since = fields.Date()
    until = fields.Date()
    meeting_id = Id()
    search = Text(60)


class NewSmallWork(Strict):
    """A small work to be put forward; money in fen."""

    area_code = AreaCode(required=True)
    title = Text(100, shortest=1, required=True)
    place = Text(200, shortest=1, required=True)
    budget_fen = fields.Integer(required=True, strict=True, validate=validate.Range(0, 100_000_000))
    contractor = Text(100, load_default="")
    note = Text(2_000, load_default="")
    meeting_id = Id(load_default=None, allow_none=True)
    case_id = Id(load_default=None, allow_none=True)
    photos = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class DutySchema(Schema):
    """A matter on the responsibility list."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    matter = fields.String(required=True)
    unit = fields.String(required=True)
    person_name = fields.String(required=True)
    due = fields.Date(required=True)
    state = fields.String(required=True)
    late = fields.Boolean(required=True)
    meeting_id = Id(required=True, allow_none=True)
    case_id = Id(required=True, allow_none=True)
    done_on = fields.Date(required=True, allow_none=True)
    done_note = fields.String(required=True)


class DutyQuery(PageQuery):
    """Which duties. `unit`, `person`: a part of the name."""

    area_code = AreaCode()
    state = fields.String(validate=validate.OneOf(list(DUTY_STATES)))
    unit = Text(60)
    person = Text(60)
    late = fields.Boolean()
    meeting_id = Id()
