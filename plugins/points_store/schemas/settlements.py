"""Shapes of closed days and settled months."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, Strict, Text


class DayCloseIn(Strict):
    """Which day is closed; `again`: the last closed one once more, with the reason as remark."""

    day = fields.Date(required=True)
    remark = Text(200, load_default="")
    again = fields.Boolean(load_default=False)


class DayClose(Schema):
    """A closed day of a store: what was booked from `since` up to `until`; `number` 2 and more: once more."""

    id = Id(required=True)
    store_id = Id(required=True)
    day = fields.Date(required=True)
    number = fields.Integer(required=True)
    since = Moment(required=True)
    until = Moment(required=True)
    redemptions = fields.Integer(required=True)
    points_in = fields.Integer(required=True)
    returns = fields.Integer(required=True)
    points_back = fields.Integer(required=True)
    pieces_out = fields.Integer(required=True)
    pieces_in = fields.Integer(required=True)
    short = fields.Integer(required=True)
    over = fields.Integer(required=True)
    vouchers = fields.Integer(required=True)
    closed_at = Moment(required=True)
    remark = fields.String(required=True)


class SettleIn(Strict):
    """Which month is settled, as 2026-11."""

    month = fields.String(required=True, validate=validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z"))


class Settlement(Schema):
    """A settled month of a store: points, and the money owed for them in fen."""

    id = Id(required=True)
    store_id = Id(required=True)
    area_code = AreaCode(required=True)
    month = fields.String(required=True)
    transfer_id = Id(required=True, allow_none=True)
    redemptions = fields.Integer(required=True)
    points_in = fields.Integer(required=True)
    points_back = fields.Integer(required=True)
    own = fields.Integer(required=True)
    donated = fields.Integer(required=True)
    vouchers = fields.Integer(required=True)
    points = fields.Integer(required=True)
    rate = fields.Integer(required=True)
    fen = fields.Integer(required=True)
    provider_fen = fields.Integer(required=True)
    at = Moment(required=True)
    paid_on = fields.Date(required=True, allow_none=True)
    document = fields.String(required=True)


class PaymentIn(Strict):
    """On which day and by which document it was paid."""

    paid_on = fields.Date(required=True)
    document = Text(60, shortest=1, required=True)
