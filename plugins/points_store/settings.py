"""The config section [plugin.points_store]."""

from marshmallow import fields, validate

from core.fields import Strict


class PointsStoreSettings(Strict):
    """Ambiguities that are the county's to decide.

    `wallet_per`: one wallet a household or a person. `redeem_within`: how far from home points
    count (the store's village, town or county must be the wallet's). `code_seconds`: life of a
    shown code, at most 60. `card_day_limit`: points a day on a printed card (static codes are
    capped, as the PBOC does with static payment codes). `return_days`: how long the village takes
    goods back. `voucher_days`: how long a voucher for a service is good. `fen_per_point`: what the county
    pays a store for a point. `expiry`: how long credited points are good: without end, to the end of their
    month or year, or for `expiry_days`; `expiry_notice_days`: so many days ahead their holder is told.
    """

    wallet_per = fields.String(load_default="household", validate=validate.OneOf(["household", "person"]))
    redeem_within = fields.String(
        load_default="village", validate=validate.OneOf(["village", "town", "county"])
    )
    code_seconds = fields.Integer(load_default=60, strict=True, validate=validate.Range(15, 60))
    card_day_limit = fields.Integer(load_default=500, strict=True, validate=validate.Range(1, 500))
    return_days = fields.Integer(load_default=30, strict=True, validate=validate.Range(1, 365))
    voucher_days = fields.Integer(load_default=180, strict=True, validate=validate.Range(1, 730))
    fen_per_point = fields.Integer(load_default=100, strict=True, validate=validate.Range(1, 10_000))
    expiry = fields.String(
        load_default="none", validate=validate.OneOf(["none", "month_end", "year_end", "days"])
    )
    expiry_days = fields.Integer(load_default=365, strict=True, validate=validate.Range(1, 3650))
    expiry_notice_days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 365)),
        load_default=lambda: [30, 7],
        validate=validate.Length(max=5),
    )
