"""Shapes of vouchers."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, PageQuery, Strict, Text

STATES = ["open", "expired", "used", "returned"]


class Voucher(Schema):
    """A voucher for one service. Its code is shown to its holder only."""

    id = Id(required=True)
    name = fields.String(required=True)
    points = fields.Integer(required=True)
    redemption_id = Id(required=True)
    wallet_id = Id(required=True)
    provider_id = Id(required=True)
    provider_name = fields.String(required=True)
    store_name = fields.String(required=True)
    issued_at = Moment(required=True)
    valid_until = fields.Date(required=True)
    used_at = Moment(required=True, allow_none=True)
    returned_at = Moment(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))


class OwnVoucher(Voucher):
    """One's own voucher, with the code that the provider asks for."""

    code = fields.String(required=True)


class VoucherQuery(PageQuery):
    """All vouchers, or those that nobody has used."""

    unused = fields.Boolean(load_default=False)


class UseVoucherIn(Strict):
    """What the provider scanned or typed."""

    code = Text(400, shortest=1, required=True)


class VoucherReturnIn(Strict):
    """Why points go back."""

    reason = Text(150, shortest=1, required=True)
