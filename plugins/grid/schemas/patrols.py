"""Shapes of patrols, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Strict, Text

_LATITUDE, _LONGITUDE = validate.Range(-90, 90), validate.Range(-180, 180)


class NewPatrol(Strict):
    """Where a round begins; `happened_at` if the phone could not tell us at once (at most a day)."""

    area_code = AreaCode(required=True)
    happened_at = Moment(load_default=None, allow_none=True)


class PatrolEnd(Strict):
    """How a round ends."""

    note = Text(1000, load_default="")
    happened_at = Moment(load_default=None, allow_none=True)


class NewFinding(Strict):
    """What was found on the way: it becomes a case."""

    text = Text(5000, shortest=1, required=True)
    place = Text(200, load_default="")
    urgent = fields.Boolean(load_default=False)
    photos = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)
    solved_on_spot = fields.Boolean(load_default=False)
    answer = Text(2000, load_default="")
    happened_at = Moment(load_default=None, allow_none=True)


class NewCheckIn(Strict):
    """At a point: its scanned or typed code, or its id with a position."""

    code = Text(300, load_default="")
    point_id = Id(load_default=None, allow_none=True)
    latitude = fields.Float(validate=_LATITUDE)
    longitude = fields.Float(validate=_LONGITUDE)
    accuracy = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 100_000))
    mocked = fields.Boolean(load_default=False)
    happened_at = Moment(load_default=None, allow_none=True)


class TrackPlace(Strict):
    """One place on the way."""

    at = Moment(required=True)
    latitude = fields.Float(required=True, validate=_LATITUDE)
    longitude = fields.Float(required=True, validate=_LONGITUDE)
    accuracy = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 100_000))
    mocked = fields.Boolean(load_default=False)


class TrackPart(Strict):
    """Places that the phone gathered."""

    places = fields.List(fields.Nested(TrackPlace), required=True, validate=validate.Length(1, 500))


class TrackKept(Schema):
    """How many places were kept."""

    id = Id(required=True)
    places = fields.Integer(required=True)


class PatrolSchema(Schema):
    """A patrol. `ended` is empty while it is under way, then `finished` or `night` (by the nightly job)."""

    id = Id(required=True)
    area_code = fields.String(required=True)
    area_name = fields.String(required=True)
    account_id = Id(required=True)
    day = fields.Date(required=True)
    started_at = Moment(required=True)
    finished_at = Moment(allow_none=True)
    ended = fields.String(required=True)
    minutes = fields.Integer(required=True)
    findings = fields.Integer(required=True)
    note = fields.String(required=True)


class FindingSchema(Schema):
    """A finding: the case it became."""

    id = Id(required=True)
    patrol_id = Id(required=True)


class CheckInSchema(Schema):
    """A check-in. `doubt`: mocked, speed, far or empty."""

    id = Id(required=True)
    point_id = Id(required=True)
    at = Moment(required=True)
    how = fields.String(required=True)
    metres = fields.Integer(allow_none=True)
    mocked = fields.Boolean(required=True)
    doubt = fields.String(required=True)


class PatrolQuery(PageQuery):
    """Which patrols."""

    area_code = AreaCode()
    day = fields.Date()
