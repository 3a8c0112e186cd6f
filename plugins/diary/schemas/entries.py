"""Shapes of diary entries, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text
from plugins.diary.words import KINDS, LINKS, STATES

_DIFFICULTIES = ("small", "medium", "large")


class LinkTarget(Strict):
    """What an entry is about: a person, household or establishment by id, an area by code."""

    kind = fields.String(required=True, validate=validate.OneOf(list(LINKS)))
    target = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{1,16}\Z"))


class NewDiary(Strict):
    """A day's text; ID numbers and phones in it are taken out of what others read."""

    area_code = AreaCode(required=True)
    text = Text(20_000, shortest=1, required=True)
    kind = fields.String(load_default="village", validate=validate.OneOf(list(KINDS)))
    line = Text(30, load_default="")
    day = fields.Date(load_default=None, allow_none=True)
    state = fields.String(load_default="published", validate=validate.OneOf(list(STATES)))
    links = fields.List(fields.Nested(LinkTarget), load_default=list, validate=validate.Length(max=50))
    files = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class DiaryChange(Strict):
    """Another text; `version` is the one that was read."""

    text = Text(20_000, shortest=1, required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000_000))
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(list(STATES)))
    day = fields.Date(load_default=None, allow_none=True)


class NewProblem(Strict):
    """A problem of an entry; an empty text is the entry's own."""

    text = Text(5_000, load_default="")
    person_id = Id(load_default=None, allow_none=True)
    place = Text(200, load_default="")
    urgent = fields.Boolean(load_default=False)
    solved_on_spot = fields.Boolean(load_default=False)
    answer = Text(2_000, load_default="")
    difficulty = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(_DIFFICULTIES))


class LinkSchema(Schema):
    """What an entry is about."""

    kind = fields.String(required=True)
    target = fields.String(required=True)
    title = fields.String(required=True)


class DiaryProblem(Schema):
    """A problem as a case: where it is, how it ended, the resident's rating."""

    id = Id(required=True, attribute="case_id")
    number = fields.String(required=True)
    state = fields.String(required=True)
    answer = fields.String(required=True)
    on_the_spot = fields.Boolean(required=True)
    thumb = fields.String(required=True)
    closed_at = Moment(allow_none=True)


class DiarySchema(Schema):
    """An entry. `state`: published, or private (only its author ever gets it)."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    account_id = Id(required=True)
    account_name = fields.String(required=True)
    kind = fields.String(required=True)
    line = fields.String(required=True)
    day = fields.Date(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    visit_id = Id(allow_none=True)
    cases = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
    links = fields.List(fields.Nested(LinkSchema), required=True)


class DiaryPage(DiarySchema):
    """An entry with what became of its problems."""

    problems = fields.List(fields.Nested(DiaryProblem), required=True)


class DiaryQuery(PageQuery):
    """Which entries. `search`: words that all stand in the text, of one sign or more."""

    search = Text(60)
    area_code = AreaCode()
    person_id = Id()
    household_id = Id()
    establishment_id = Id()
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    line = Text(30)
    since = fields.Date()
    until = fields.Date()
    mine = fields.Boolean()
