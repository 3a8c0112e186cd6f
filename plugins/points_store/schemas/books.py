"""Shapes of the book."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Points, Strict, Text


class VillageBook(Schema):
    """A village's book.

    issued - withdrawn - redeemed - expired - deducted + reversed + moved = outstanding.
    """

    id = AreaCode(required=True, attribute="area_code")
    area_name = fields.String(required=True)
    granted = fields.Integer(required=True)
    fund = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    redeemed = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    deducted = fields.Integer(required=True)
    reversed = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    outstanding = fields.Integer(required=True)
    # Of a month only: what was open before it, in people's hands and in the fund.
    opening = fields.Integer()
    fund_before = fields.Integer()
    # What the stores hold now; of a month null.
    stores_held = fields.Integer(required=True, allow_none=True)
    balanced = fields.Boolean(required=True)


class SummaryQuery(PageQuery):
    """Of which month (YYYY-MM); without one, of all time."""

    month = fields.String(load_default=None)


class ClosingQuery(PageQuery):
    """Of which month (YYYY-MM); without one, all."""

    month = fields.String(load_default=None)


class CloseMonthIn(Strict):
    """Which month (YYYY-MM) of which village, or (six digits) of the whole county."""

    area_code = AreaCode(required=True)
    month = fields.String(required=True)


class Closing(Schema):
    """A closed month. `head`: hash over all bookings of the ledger up to then, `transfers` of them."""

    id = fields.String(required=True)
    area_code = AreaCode(required=True)
    area_name = fields.String(required=True)
    month = fields.String(required=True)
    opening = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    redeemed = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    deducted = fields.Integer(required=True)
    reversed = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    closing = fields.Integer(required=True)
    fund_before = fields.Integer(required=True)
    granted = fields.Integer(required=True)
    fund_after = fields.Integer(required=True)
    balanced = fields.Boolean(required=True)
    closed_at = Moment(required=True)
    transfers = fields.Integer(required=True)
    head = fields.String(required=True)


class OpeningLineIn(Strict):
    """What a household (or a person of it) has on paper, and on which page."""

    household_id = Id(required=True)
    person_id = Id(load_default=None, allow_none=True)
    points = Points(required=True, most=1_000_000)
    page = Text(40, load_default="")


class OpeningIn(Strict):
    """A sheet of a village. `source`: which book and page it was taken from."""

    area_code = AreaCode(required=True)
    source = Text(100, shortest=1, required=True)
    lines = fields.List(fields.Nested(OpeningLineIn), required=True, validate=validate.Length(1, 500))


class OpeningSheet(Schema):
    """A sheet of opening balances."""

    id = Id(required=True)
    area_code = AreaCode(required=True)
    area_name = fields.String(required=True)
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "confirmed", "refused"]))
    lines = fields.Integer(required=True)
    points = fields.Integer(required=True)
    entered_at = Moment(required=True)
