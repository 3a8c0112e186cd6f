"""Shapes of cases, in and out. Times are RFC 3339; ids are strings of digits."""

from marshmallow import Schema, fields, validate

from core.cases.words import DEEDS, DIFFICULTIES, LEVELS, LIGHTS, OUTCOMES, STATES
from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text

_LONGEST = 5_000
_NOTE = 2_000


def _one_of(*names: str) -> validate.OneOf:
    return validate.OneOf(names)


class CaseSchema(Schema):
    """A case. `light` is empty while no clock runs; `key` is there only for whoever it belongs to."""

    id = Id(required=True)
    number = fields.String(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    place = fields.String(required=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    difficulty = fields.String(required=True, validate=_one_of(*DIFFICULTIES))
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    state = fields.String(required=True, validate=_one_of(*STATES))
    outcome = fields.String(required=True, validate=_one_of("", *OUTCOMES))
    answer = fields.String(required=True)
    merged_into = Id(required=True, allow_none=True)
    level = fields.String(required=True, validate=_one_of(*LEVELS))
    desk_area = fields.String(required=True)
    unit_id = Id(required=True, allow_none=True)
    unit_name = fields.String(required=True)
    worker_id = Id(required=True, allow_none=True)
    person_id = Id(required=True, allow_none=True)
    household_id = Id(required=True, allow_none=True)
    filed_by = Id(required=True, allow_none=True)
    on_behalf = fields.Boolean(required=True)
    channel = fields.String(required=True)
    subject = fields.String(required=True)
    public = fields.Boolean(required=True)
    urgent = fields.Boolean(required=True)
    on_the_spot = fields.Boolean(required=True)
    flags = fields.List(fields.String(), required=True)
    light = fields.String(required=True, validate=_one_of("", *LIGHTS))
    due_at = Moment(required=True, allow_none=True)
    resolve_by = Moment(required=True, allow_none=True)
    paused_at = Moment(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    returns = fields.Integer(required=True)
    reopens = fields.Integer(required=True)
    urges = fields.Integer(required=True)
    reported_at = Moment(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    rated_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    thumb = fields.String(required=True)
    rating_note = fields.String(required=True)


class PublicCaseSchema(Schema):
    """The answer to a case as everybody may read it: nobody is named. Its id is its number."""

    id = fields.String(required=True, attribute="number")
    kind = fields.String(required=True)
    text = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True)
    answer = fields.String(required=True)
    reported_at = Moment(required=True)
    resolved_at = Moment(required=True, allow_none=True)


class StepSchema(Schema):
    """A step on the timeline; its id is its number. `account_id` is empty for the system and residents."""

    id = Id(required=True, attribute="number")
    at = Moment(required=True)
    deed = fields.String(required=True, validate=_one_of(*DEEDS))
    state = fields.String(required=True)
    level = fields.String(required=True)
    desk_area = fields.String(required=True)
    desk_title = fields.String(required=True)
    account_id = Id(required=True, allow_none=True)
    note = fields.String(required=True)


class DuplicateSchema(Schema):
    """A case that may tell of the same; `likeness` in per cent."""

    id = Id(required=True, attribute="case_id", dump_only=True)
    number = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    likeness = fields.Integer(required=True)


class KindSchema(Schema):
    """A kind of case; its id is its name. `open`: residents are offered it."""

    id = fields.String(required=True, attribute="name")
    title = fields.String(required=True)
    difficulty = fields.String(required=True)
    public = fields.Boolean(required=True)
    rated = fields.Boolean(required=True)
    open = fields.Boolean(required=True)


class UnitSchema(Schema):
    """A unit that cases are dispatched to."""

    id = Id(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    is_closed = fields.Boolean(required=True)
    successor_id = Id(required=True, allow_none=True)


class UnitQuery(PageQuery):
    """With `closed` the units that are no more too."""

    closed = fields.Boolean(load_default=False)


class CaseQuery(PageQuery):
    """Which cases. `state` may be `open`; `mine` is `reported` or `working`; `search`: number or words."""

    state = fields.String(load_default=None, validate=_one_of("open", *STATES))
    area_code = AreaCode(load_default=None)
    kind = Text(60, load_default=None)
    unit_id = Id(load_default=None)
    light = fields.String(load_default=None, validate=_one_of(*LIGHTS))
    search = Text(60, load_default="")
    mine = fields.String(load_default=None, validate=_one_of("reported", "working"))


class PublicCaseQuery(PageQuery):
    """Whose public answers."""

    area_code = AreaCode(load_default=None)
    kind = Text(60, load_default=None)


class NewCaseSchema(Strict):
    """A case to be filed.

    The same `external_id` of the same `channel` from the same account is the same case. `person_id`: for
    whom it is filed, from the register. `photos`: ids from uploadFile.
    """

    kind = Text(60, shortest=1, required=True)
    text = Text(_LONGEST, shortest=1, required=True)
    area_code = AreaCode(required=True)
    place = Text(200, load_default="")
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    difficulty = fields.String(load_default=None, allow_none=True, validate=_one_of(*DIFFICULTIES))
    person_id = Id(load_default=None, allow_none=True)
    photos = fields.List(Text(40, shortest=1), load_default=list, validate=validate.Length(max=9))
    channel = Text(40, shortest=1, load_default="api")
    external_id = Text(90, load_default="")
    public = fields.Boolean(load_default=None, allow_none=True)
    urgent = fields.Boolean(load_default=False)
    solved_on_spot = fields.Boolean(load_default=False)
    answer = Text(_NOTE, load_default="")


class SeenIn(Strict):
    """`version`: what the caller has seen of the case; if it has moved on since, the answer is 409."""

    version = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 10**9)
    )


class NoteIn(SeenIn):
    """A step with words, if there are any."""

    note = Text(_NOTE, load_default="")


class ReasonIn(SeenIn):
    """A step that is done only with a reason."""

    reason = Text(_NOTE, shortest=1, required=True)


class DeskIn(Strict):
    """A desk: level, area, and a unit or its office."""

    level = fields.String(required=True, validate=_one_of(*LEVELS))
    area_code = AreaCode(required=True)
    unit_id = Id(load_default=None, allow_none=True)


class DispatchIn(NoteIn, DeskIn):
    """To which desk, and who is to help."""

    helpers = fields.List(fields.Nested(DeskIn), load_default=list, validate=validate.Length(max=10))
    difficulty = fields.String(load_default=None, allow_none=True, validate=_one_of(*DIFFICULTIES))


class TransferIn(ReasonIn):
    """To which desk; what is not named stays as it is."""

    level = fields.String(load_default=None, allow_none=True, validate=_one_of(*LEVELS))
    area_code = AreaCode(load_default=None, allow_none=True)
    unit_id = Id(load_default=None, allow_none=True)


class ResolveIn(SeenIn):
    """What became of it. Every outcome but `solved` needs a reason, `merged` the other case."""

    outcome = fields.String(required=True, validate=_one_of(*OUTCOMES))
    answer = Text(_NOTE, shortest=1, required=True)
    reason = Text(_NOTE, load_default="")
    photos = fields.List(Text(40, shortest=1), load_default=list, validate=validate.Length(max=9))
    merged_into = Id(load_default=None, allow_none=True)


class RateIn(SeenIn):
    """The reporter's verdict. Down, or not solved, reopens the case one level up."""

    thumb = fields.String(required=True, validate=_one_of("up", "down"))
    solved = fields.Boolean(required=True)
    note = Text(500, load_default="")


class RecordedRateIn(RateIn):
    """The same, put down by staff who asked; `note`: how they were asked and what they said."""

    note = Text(500, shortest=1, required=True)


class PauseIn(ReasonIn):
    """`until`: the clock goes on by itself then."""

    until = Moment(load_default=None, allow_none=True)


class MergeIn(ReasonIn):
    """Into which case it goes."""

    into = Id(required=True)


class SpotCheckIn(NoteIn):
    """What the spot check found; what does not pass needs a note and is reopened."""

    passed = fields.Boolean(required=True)
