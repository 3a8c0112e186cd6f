"""Shapes of postings and teams, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, PageQuery, Strict, Text
from plugins.diary.words import ENDED_WHY, KINDS, MODES, TEAM_ROLES


class NewPostingSchema(Strict):
    """Who is stationed where: fixed in one village, roving in several."""

    account_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    mode = fields.String(required=True, validate=validate.OneOf(list(MODES)))
    places = fields.List(AreaCode(), required=True, validate=validate.Length(1, 20))
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)
    line = Text(30, load_default="")
    unit = Text(100, load_default="")
    field = Text(100, load_default="")
    term = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 120))
    phone = Text(20, load_default="")


class PostingEnd(Strict):
    """Why a posting ends, and its last day (today)."""

    why = fields.String(required=True, validate=validate.OneOf(list(ENDED_WHY)))
    last_day = fields.Date(load_default=None, allow_none=True)


class HandOver(Strict):
    """Who takes over, and why."""

    account_id = Id(required=True)
    why = fields.String(required=True, validate=validate.OneOf(list(ENDED_WHY)))
    phone = Text(20, load_default="")


class PlaceSchema(Schema):
    """A village that a posting covers."""

    area_code = fields.String(required=True)
    area_name = fields.String(required=True)


class PostingSchema(Schema):
    """A posting. `ended_why` is empty while it holds."""

    id = Id(required=True)
    account_id = Id(required=True)
    account_name = fields.String(required=True)
    kind = fields.String(required=True)
    mode = fields.String(required=True)
    line = fields.String(required=True)
    unit = fields.String(required=True)
    field = fields.String(required=True)
    term = fields.Integer(allow_none=True)
    since = fields.Date(required=True)
    until = fields.Date(allow_none=True)
    ended_why = fields.String(required=True)
    successor_id = Id(allow_none=True)
    places = fields.List(fields.Nested(PlaceSchema), required=True, attribute="named_places")
    open_items = fields.Integer(required=True)


class PostingQuery(PageQuery):
    """Which postings."""

    area_code = AreaCode()
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    line = Text(30, load_default="")
    ended = fields.Boolean(load_default=False)


class TeamMemberSchema(Schema):
    """Somebody in a team."""

    id = Id(required=True)
    account_id = Id(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(TEAM_ROLES)))
    phone = fields.String(required=True)


class TeamSchema(Schema):
    """A team: its weekday (1 Monday to 7), its place and who is in it."""

    id = Id(required=True)
    code = fields.String(required=True)
    area_code = fields.String(required=True)
    path = fields.String(required=True)
    name = fields.String(required=True)
    weekday = fields.Integer(required=True)
    hours = fields.String(required=True)
    place = fields.String(required=True)
    duties = fields.String(required=True)
    next_day = fields.Date(required=True)
    members = fields.List(fields.Nested(TeamMemberSchema), required=True)


class TeamQuery(PageQuery):
    """Which teams."""

    area_code = AreaCode()
