"""Shapes of messages."""

from marshmallow import EXCLUDE, Schema, fields

from core.fields import Id, Moment, PageQuery


class NoticeSchema(Schema):
    """A message in one's own inbox, in the reader's language."""

    id = Id(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    subject = fields.String(required=True)
    url = fields.String(required=True)
    urgent = fields.Boolean(required=True)
    created_at = Moment(required=True)
    read_at = Moment(required=True, allow_none=True)


class NoticeQuery(PageQuery):
    """Which messages to list."""

    class Meta:
        unknown = EXCLUDE

    unread = fields.Boolean(load_default=False)
