"""The config section [plugin.points_store]."""

from marshmallow import fields, validate

from core.fields import Strict


class PointsStoreSettings(Strict):
    """Ambiguities that are the county's to decide.

    `wallet_per`: one wallet a household or a person. `redeem_within`: how far from home points
    count (the store's village, town or county must be the wallet's). `code_seconds`: life of a
    shown code, at most 60. `card_day_limit`: points a day on a printed card (static codes are
    capped, as the PBOC does with static payment codes). `offline_points`: what a store's device may
    take aside of one wallet for the time without a line (0: no redemption offline); `offline_days`:
    how long it may spend that, `offline_grace_days`: how long after that it may still report it.
    `known_face_limit`: points a day that a card pays without its PIN where the clerk knows the holder
    by face (0: never).
    """

    wallet_per = fields.String(load_default="household", validate=validate.OneOf(["household", "person"]))
    redeem_within = fields.String(
        load_default="village", validate=validate.OneOf(["village", "town", "county"])
    )
    code_seconds = fields.Integer(load_default=60, strict=True, validate=validate.Range(15, 60))
    card_day_limit = fields.Integer(load_default=100, strict=True, validate=validate.Range(1, 500))
    known_face_limit = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 100))
    offline_points = fields.Integer(load_default=50, strict=True, validate=validate.Range(0, 200))
    offline_days = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 7))
    offline_grace_days = fields.Integer(load_default=4, strict=True, validate=validate.Range(1, 14))
