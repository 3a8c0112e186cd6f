"""Shapes of files, out; they come in as multipart forms."""

from marshmallow import EXCLUDE, Schema, fields, validate

from core.fields import AreaCode


class FileSchema(Schema):
    """A file. `url` and `thumb_url` lead to the bytes, under the session of a page."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["photo", "document"]))
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    url = fields.String(required=True)
    thumb_url = fields.String(required=True)


class UploadQuery(Schema):
    """Where an upload happened: an area of the sender's; without one, that of the sender's first post."""

    class Meta:
        unknown = EXCLUDE

    area_code = AreaCode(load_default="")
