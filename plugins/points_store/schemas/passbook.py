"""Shapes of passbooks and of proxies."""

from marshmallow import Schema, fields, validate

from core.fields import Id, Moment, Points, Strict, Text


class Passbook(Schema):
    """A passbook: the last line that is printed, the balance there, and how many lines still wait."""

    id = Id(required=True)
    wallet_id = Id(required=True)
    number = fields.Integer(required=True)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)
    closed_why = fields.String(required=True, allow_none=True)
    page = fields.Integer(required=True)
    line = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    waiting = fields.Integer(required=True)


class ReplacePassbookIn(Strict):
    """Why a passbook is closed and a new one begun."""

    why = fields.String(required=True, validate=validate.OneOf(["lost", "full"]))


class PassbookLine(Schema):
    """A line to print. `points` null: the balance brought forward."""

    line = fields.Integer(required=True)
    at = Moment(required=True)
    title = fields.String(required=True)
    proxy_name = fields.String(required=True)
    points = fields.Integer(required=True, allow_none=True)
    balance = fields.Integer(required=True)


class PassbookPrint(Schema):
    """What is printed now: these lines at their places on this page, and nothing above them."""

    id = Id(required=True)
    page = fields.Integer(required=True)
    first_line = fields.Integer(required=True)
    last_line = fields.Integer(required=True)
    balance_after = fields.Integer(required=True)
    lines = fields.List(fields.Nested(PassbookLine), required=True)


class ProxyTerms(Strict):
    """How much a proxy may redeem a day and a month, and the last day."""

    day_limit = Points(required=True)
    month_limit = Points(required=True)
    until = fields.Date(required=True)


class NameProxyIn(ProxyTerms):
    """Whom staff name for a household."""

    person_id = Id(required=True)


class NameOwnProxyIn(ProxyTerms):
    """Whom a household names, by name and phone."""

    name = Text(40, shortest=1, required=True)
    phone = Text(20, shortest=1, required=True)


class Proxy(Schema):
    """A mandate to redeem for a household. `day_left`, `month_left` in points."""

    id = Id(required=True)
    wallet_id = Id(required=True)
    person_id = Id(required=True)
    person_name = fields.String(required=True)
    day_limit = fields.Integer(required=True)
    month_limit = fields.Integer(required=True)
    day_left = fields.Integer(required=True)
    month_left = fields.Integer(required=True)
    until = fields.Date(required=True)
    by_owner = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["active", "over", "stopped"]))
