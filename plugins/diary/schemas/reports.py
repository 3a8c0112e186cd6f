"""Shapes of reports, out and in."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict

_MONTH = validate.Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z")


class ReportSchema(Schema):
    """A report without its figures. `sha256` is that of the figures, empty while it is written.

    `state`: asked, writing, done or failed; `failed_in`: the chapter that could not be written, `failed_why`
    a sentence.
    """

    id = Id(required=True)
    area_code = AreaCode(required=True)
    area_name = fields.String(required=True)
    month = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    step = fields.Integer(required=True)
    steps = fields.Integer(required=True)
    asked_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)
    sha256 = fields.String(required=True)
    failed_in = fields.String(required=True)
    failed_why = fields.String(required=True)


class ReportFullSchema(ReportSchema):
    """With its figures: sections of facts, tables and texts; empty while it is written."""

    figures = fields.Dict(keys=fields.String(), required=True)


class ReportQuery(PageQuery):
    """Which ones: of exactly this area, of this month."""

    area_code = AreaCode(load_default="")
    month = fields.String(load_default="", validate=_MONTH)


class NewReportSchema(Strict):
    """A county or town, and a month that has begun."""

    area_code = AreaCode(required=True)
    month = fields.String(required=True, validate=_MONTH)
