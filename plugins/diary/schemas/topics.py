"""Shapes of topics, out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery
from plugins.diary.words import TOPIC_STATES


class TopicSchema(Schema):
    """A topic: `likeness` is the mean in per cent; `case_id` the one case for all of it.

    `offered`: entries that were found later and wait for a decision.
    """

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(TOPIC_STATES)))
    title = fields.String(required=True)
    words = fields.List(fields.String(), required=True)
    likeness = fields.Integer(required=True)
    entries = fields.Integer(required=True)
    villages = fields.Integer(required=True)
    offered = fields.Integer(required=True)
    found_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)
    case_id = Id(required=True, allow_none=True)
    outcome = fields.String(required=True)
    ended_at = Moment(required=True, allow_none=True)


class TopicQuery(PageQuery):
    """Which topics: in a state, of an area."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *TOPIC_STATES]))
    area_code = AreaCode(load_default="")
