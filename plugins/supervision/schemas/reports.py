"""Shapes of reports: those of the reporter, who has the number, and those of the office."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from plugins.supervision.report_words import (
    KINDS,
    LEVELS,
    LIGHTS,
    OUTCOMES,
    PURPOSES,
    STATES,
    THUMBS,
    VILLAGE,
)

_MOST_FILES, _LONGEST_FILE = 6, 8_000_000


class NewMisconductReport(Strict):
    """A report. `named`: the reporter's name is kept, sealed; else nothing is.

    `files`: photos or sounds as base64, cleaned of what tells of a device; `subject_account_ids`: cadres and
    grid staff of the village; `who`: others, in words; `level`: whose doing it is, as far as is known.
    """

    area_code = AreaCode(required=True)
    kind = fields.String(load_default="other", validate=validate.OneOf(list(KINDS)))
    text = Text(5_000, load_default="")
    who = Text(200, load_default="")
    power_code = Text(20, load_default="")
    level = fields.String(load_default=VILLAGE, validate=validate.OneOf(list(LEVELS)))
    subject_account_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=10))
    subject_person_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=10))
    named = fields.Boolean(load_default=False)
    name = Text(60, load_default="")
    phone = Text(60, load_default="")
    files = fields.List(
        fields.String(validate=validate.Length(max=_LONGEST_FILE)),
        load_default=list,
        validate=validate.Length(max=_MOST_FILES),
    )


class MisconductReceipt(Schema):
    """What the reporter takes away. `id` is the tracking number: the row's own is nobody's business.

    `is_attended`: false when it concerns everybody in the county who could handle it; then call 12388 too.
    """

    id = fields.String(required=True)
    number = fields.String(required=True)
    received_at = Moment(required=True)
    due_at = Moment(required=True)
    is_attended = fields.Boolean(required=True)


class TrackingNumber(Strict):
    """The number, in the body: an address may stand in a log."""

    number = Text(60, shortest=1, required=True)


class MisconductRating(TrackingNumber):
    """The reporter's verdict."""

    solved = fields.Boolean(required=True)
    thumb = fields.String(required=True, validate=validate.OneOf(list(THUMBS)))
    note = Text(500, load_default="")


class TrackedStepSchema(Schema):
    """A step as the reporter reads it."""

    at = Moment(required=True)
    deed = fields.String(required=True)
    title = fields.String(required=True)
    note = fields.String(required=True)


class TrackedReportSchema(Schema):
    """A report as its reporter sees it: the process and the answer, not what was sent."""

    id = fields.String(required=True)
    state = fields.String(required=True)
    state_title = fields.String(required=True)
    office_title = fields.String(required=True)
    received_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    is_late = fields.Boolean(required=True)
    outcome = fields.String(required=True)
    answer = fields.String(required=True)
    thumb = fields.String(required=True)
    is_solved = fields.Boolean(required=True, allow_none=True)
    is_named = fields.Boolean(required=True)
    files = fields.Integer(required=True)
    round = fields.Integer(required=True)
    may_rate = fields.Boolean(required=True)
    may_urge = fields.Boolean(required=True)
    is_attended = fields.Boolean(required=True)
    steps = fields.List(fields.Nested(TrackedStepSchema), required=True)


class MisconductReportSchema(Schema):
    """A report as its office sees it."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    level_code = fields.String(required=True)
    kind = fields.String(required=True)
    power_code = fields.String(required=True)
    who = fields.String(required=True)
    text = fields.String(required=True)
    is_named = fields.Boolean(required=True)
    state = fields.String(required=True)
    light = fields.String(required=True)
    round = fields.Integer(required=True)
    handler_id = Id(required=True, allow_none=True)
    received_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    outcome = fields.String(required=True)
    answer = fields.String(required=True)
    is_solved = fields.Boolean(required=True, allow_none=True)
    thumb = fields.String(required=True)
    ended_at = Moment(required=True, allow_none=True)


class MisconductReportQuery(PageQuery):
    """Which reports; what is empty does not count."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    light = fields.String(load_default="", validate=validate.OneOf(["", *LIGHTS]))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    search = Text(60, load_default="")
    mine = fields.Boolean(load_default=False)


class Assignment(Strict):
    """To whom."""

    handler_id = Id(required=True)
    note = Text(500, load_default="")


class ReasonNote(Strict):
    """Why."""

    note = Text(500, load_default="")


class MisconductAnswer(Strict):
    """What came out, and why."""

    outcome = fields.String(required=True, validate=validate.OneOf(list(OUTCOMES)))
    answer = Text(5_000, required=True)


class RevealPurpose(Strict):
    """What for."""

    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))


class RevealedReporter(Schema):
    """Who sent a named report. `id` is that of the report."""

    id = Id(required=True)
    account_id = Id(required=True, allow_none=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)
