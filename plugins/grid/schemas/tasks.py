"""Shapes of tasks, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text

_EVIDENCE = ("none", "words", "photo")
_STATES = ("open", "done", "checked", "cancelled", "late")


class NewTaskSchema(Strict):
    """A task for a grid, or for one account that works there."""

    area_code = AreaCode(required=True)
    title = Text(60, shortest=1, required=True)
    text = Text(2000, load_default="")
    due = fields.Date(required=True)
    account_id = Id(load_default=None, allow_none=True)
    evidence = fields.String(load_default="none", validate=validate.OneOf(_EVIDENCE))


class TaskDone(Strict):
    """How it was done; `photos` are ids of files that were uploaded before."""

    note = Text(2000, load_default="")
    photos = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class TaskCheck(Strict):
    """Good, or back with a word why."""

    passed = fields.Boolean(required=True)
    note = Text(2000, load_default="")


class TaskSchema(Schema):
    """A task. `light`: red (late), yellow (due within two days), green; empty when it is not open."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    account_id = Id(allow_none=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    due = fields.Date(required=True)
    evidence = fields.String(required=True)
    state = fields.String(required=True)
    light = fields.String(required=True)
    given_by = Id(required=True)
    given_at = Moment(required=True)
    done_by = Id(allow_none=True)
    done_at = Moment(allow_none=True)
    note = fields.String(required=True)
    returns = fields.Integer(required=True)


class TaskQuery(PageQuery):
    """Which tasks."""

    area_code = AreaCode()
    state = fields.String(load_default="", validate=validate.OneOf(("", *_STATES)))
