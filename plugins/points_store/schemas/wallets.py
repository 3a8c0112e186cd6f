"""Shapes of rules, awards, wallets and codes."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, Points, Strict, Text


class Rule(Schema):
    """For which act how many points are credited (or taken), and how a claim by it is looked at."""

    id = Id(required=True)
    area_code = AreaCode(required=True)
    title = fields.String(required=True)
    points_min = fields.Integer(required=True)
    points_max = fields.Integer(required=True)
    active = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    effect = fields.String(required=True)
    category = fields.String(required=True)
    cap_day = fields.Integer(required=True, allow_none=True)
    cap_month = fields.Integer(required=True, allow_none=True)
    cap_year = fields.Integer(required=True, allow_none=True)
    evidence = fields.String(required=True)
    filers = fields.List(fields.String(), required=True)
    review = fields.String(required=True)
    publicity_days = fields.Integer(required=True)


class Wallet(Schema):
    """A wallet. `balance` in points (1 point = 1 yuan), `held` of them promised already."""

    id = Id(required=True)
    household_id = Id(required=True, allow_none=True)
    person_id = Id(required=True, allow_none=True)
    area_code = AreaCode(required=True)
    balance = fields.Integer(required=True)
    held = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["active", "stopped"]))


class Entry(Schema):
    """A line of a statement."""

    id = Id(required=True)
    transfer_id = Id(required=True)
    kind = fields.String(required=True)
    at = Moment(required=True)
    points = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)


class GrantPointsIn(Strict):
    """An award: to whom, by which rule, how many, and why."""

    household_id = Id(required=True)
    person_id = Id(load_default=None, allow_none=True)
    rule_id = Id(required=True)
    points = Points(required=True)
    reason = Text(200, shortest=1, required=True)


class Award(Schema):
    """A booked award."""

    id = Id(required=True)
    wallet_id = Id(required=True)
    points = fields.Integer(required=True)
    balance = fields.Integer(required=True)


class RedeemCode(Schema):
    """A code to show: draw `url` as QR, or read `code` aloud. Used once, gone at `expires_at`."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    url = fields.String(required=True)
    wallet_id = Id(required=True)
    seconds = fields.Integer(required=True)
    expires_at = Moment(required=True)


class WalletReasonIn(Strict):
    """Why a wallet is stopped or opened again."""

    reason = Text(200, shortest=1, required=True)


class HandOverIn(Strict):
    """To which household (or person) how many points go, and why."""

    household_id = Id(required=True)
    person_id = Id(load_default=None, allow_none=True)
    points = Points(required=True)
    reason = Text(200, shortest=1, required=True)


class ShareIn(Strict):
    """How many points of a wallet a household gets."""

    household_id = Id(required=True)
    points = Points(least=0, required=True)


class SplitIn(Strict):
    """How a wallet is shared out: to the last point, the old household's own share included."""

    shares = fields.List(fields.Nested(ShareIn), required=True, validate=validate.Length(1, 20))
    reason = Text(200, shortest=1, required=True)


class KinIn(Strict):
    """To whom in one's own household points are handed."""

    person_id = Id(required=True)
    points = Points(required=True)
    reason = Text(200, load_default="")
