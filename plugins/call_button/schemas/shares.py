"""Shapes of shares and of what is read through them."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, PageQuery, Strict, Text
from plugins.call_button.share_words import RELATIONS, WORDS


class CallShareSchema(Schema):
    """Somebody reads a household's calls; the head's name is masked."""

    id = Id(required=True)
    household_id = Id(required=True)
    head = fields.String(required=True)
    reader = fields.String(required=True)
    relation = fields.String(required=True)
    begun_at = Moment(required=True)


class CallShareQuery(PageQuery):
    """Whose readers: of a household, or, without it, the households that one reads oneself."""

    household_id = Id(load_default=None, allow_none=True)


class NewCallShare(Strict):
    """Who may read the calls of a household; `word`: how the household agreed, where somebody acts for it."""

    household_id = Id(required=True)
    username = Text(60, shortest=1, required=True)
    name = Text(60, shortest=1, required=True)
    relation = fields.String(required=True, validate=validate.OneOf(list(RELATIONS)))
    word = fields.String(load_default="", validate=validate.OneOf(["", *WORDS]))


class SharedCallSchema(Schema):
    """A call as a reader sees it; who answered is masked."""

    id = Id(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    rung_at = Moment(required=True)
    answered_at = Moment(required=True, allow_none=True)
    answered_by = fields.String(required=True)
    answer_seconds = fields.Integer(required=True, allow_none=True)
    arrived_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    thumb = fields.String(required=True)


class SharedCallQuery(PageQuery):
    """Which page."""
