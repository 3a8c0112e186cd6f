"""Shapes of household files, in and out."""

from typing import Any

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, Strict, Text
from plugins.grid.queries.files import FileView, Shown

_CODE = validate.Regexp(r"^[a-z][a-z0-9_]{0,29}\Z")


class FileEntry(Strict):
    """One value: of the household, or of `person_id`. An empty text or list clears it."""

    item = fields.String(required=True, validate=_CODE)
    person_id = Id(load_default=0)
    value = Text(500, load_default="")
    values = fields.List(fields.String(validate=_CODE), validate=validate.Length(max=40))


class FileChanges(Strict):
    """What is written. `seen_at`: the newest change that was shown; later ones are not overwritten."""

    values = fields.List(fields.Nested(FileEntry), required=True, validate=validate.Length(max=500))
    seen_at = Moment(load_default=None, allow_none=True)


class FileValueSchema(Schema):
    """A value of the file; `text` in words. Of a sensitive one it says only that it is there."""

    item = fields.String(required=True)
    title = fields.String(required=True)
    section = fields.String(required=True)
    person_id = Id(allow_none=True)
    value = fields.String(required=True)
    text = fields.String(required=True)
    sensitive = fields.Boolean(required=True)
    at = Moment(allow_none=True)


class HouseholdFileSchema(Schema):
    """A household's file: what is filled in."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    updated_at = Moment(allow_none=True)
    filled = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    values = fields.List(fields.Nested(FileValueSchema), required=True)


class ExportQuery(Schema):
    """Which files, as what."""

    kind = fields.String(load_default="csv", validate=validate.OneOf(["csv", "xlsx"]))
    area_code = AreaCode(required=True)


def file_shape(view: FileView, changed: int = 0) -> dict[str, Any]:
    """A file in the shape of HouseholdFileSchema."""
    every = [
        shown
        for section in view.sections
        for shown in (*section.household, *(each for _, row in section.persons for each in row))
    ]
    return {
        "id": view.household.id,
        "area_code": view.household.area_code,
        "updated_at": view.updated_at,
        "filled": view.filled,
        "changed": changed,
        "values": [_value(shown) for shown in every if shown.at],
    }


def _value(shown: Shown) -> dict[str, Any]:
    return {
        "item": shown.item.code,
        "title": shown.item.title,
        "section": shown.item.section,
        "person_id": shown.person_id or None,
        "value": shown.value,
        "text": shown.text,
        "sensitive": shown.item.sensitive,
        "at": shown.at,
    }
