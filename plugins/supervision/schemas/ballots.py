"""Shapes of ballots, receipts, tallies and certificates, in and out."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, PageQuery, Strict, Text
from plugins.supervision.ballot_words import CHOICES, RECEIPT_STATES, WAYS
from plugins.supervision.models.decisions import PHONE


class NewBallotSchema(Strict):
    """A ballot. `version`: the one that was read; `person_id`: whose it is, where it is not one's own."""

    choice = fields.String(required=True, validate=validate.OneOf(list(CHOICES)))
    opinion = Text(500, load_default="")
    way = fields.String(load_default=PHONE, validate=validate.OneOf(list(WAYS)))
    person_id = Id(load_default=None, allow_none=True)
    version = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1))
    photos = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class CastSchema(Schema):
    """A ballot that was cast, for who cast it. `choice` is null where the version is secret."""

    id = Id(required=True)
    decision_id = Id(required=True)
    version = fields.Integer(required=True)
    number = fields.Integer(required=True)
    way = fields.String(required=True)
    choice = fields.String(allow_none=True)
    receipt = fields.String(required=True)
    cast_at = Moment(required=True)
    counts = fields.Boolean(required=True)


class BallotSchema(CastSchema):
    """A cast as staff see it; without name, choice and opinion where the version is secret."""

    person_id = Id(allow_none=True)
    name = fields.String(required=True)
    seats = fields.String(required=True)
    opinion = fields.String(allow_none=True)
    account_name = fields.String(required=True)
    check = fields.String(required=True)


class BallotReceiptSchema(Schema):
    """What became of a ballot. `id` is the receipt."""

    id = fields.String(required=True)
    decision_code = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(RECEIPT_STATES)))


class BallotCheckSchema(Strict):
    """What a second person reads on the photo; empty: it cannot be read."""

    choice = fields.String(required=True, validate=validate.OneOf(["", *CHOICES]))
    note = Text(200, load_default="")


class CheckedSchema(Schema):
    """What came of the check."""

    id = Id(required=True)
    is_right = fields.Boolean(required=True)


class SeatTallySchema(Schema):
    """Ballots of a group. `open`: voters without one; `short`: approvals that are missing."""

    agree = fields.Integer(required=True)
    against = fields.Integer(required=True)
    abstain = fields.Integer(required=True)
    open = fields.Integer(required=True)
    base = fields.Integer(required=True)
    needed = fields.Integer(required=True)
    short = fields.Integer(required=True)
    is_met = fields.Boolean(required=True)


class TallySchema(Schema):
    """Ballots of a version. `is_sealed`: secret and not over, so that all choices are 0."""

    id = Id(required=True)
    version = fields.Integer(required=True)
    percent = fields.Integer(required=True)
    pooled = fields.Boolean(required=True)
    is_sealed = fields.Boolean(required=True)
    is_met = fields.Boolean(required=True)
    short = fields.Integer(required=True)
    whole = fields.Nested(SeatTallySchema, required=True)
    by_seat = fields.Dict(keys=fields.String(), values=fields.Nested(SeatTallySchema), required=True)


class CertificateSchema(Schema):
    """A certificate of leave to carry out. `text` is signed and checked offline with `public_key`."""

    id = fields.String(required=True)
    decision_id = Id(required=True)
    code = fields.String(attribute="stated.code", required=True)
    area_code = fields.String(attribute="stated.area_code", required=True)
    area_name = fields.String(attribute="stated.area_name", required=True)
    version = fields.Integer(attribute="stated.version", required=True)
    digest = fields.String(attribute="stated.digest", required=True)
    earliest_day = fields.Date(attribute="stated.earliest_day", required=True)
    agree = fields.Integer(attribute="stated.agree", required=True)
    base = fields.Integer(attribute="stated.base", required=True)
    percent = fields.Integer(attribute="stated.percent", required=True)
    rule = fields.String(attribute="stated.rule", required=True)
    head = fields.String(attribute="stated.head", required=True)
    signed_at = Moment(attribute="stated.signed_at", required=True)
    text = fields.String(required=True)
    public_key = fields.String(required=True)


class BallotQuery(PageQuery):
    """Which page of casts."""
