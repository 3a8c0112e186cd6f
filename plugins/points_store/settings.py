"""The config section [plugin.points_store]."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from core.fields import Strict
from core.text import N_


def _foreign(kind: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.[A-Z][A-Za-z0-9]*", kind):
        raise ValidationError(N_("事件的写法如 cases.CaseClosed。"))
    if kind.startswith("points_store."):
        raise ValidationError(N_("新风超市自己的事件不能再得积分。"))


def _rising(levels: list[dict[str, Any]]) -> None:
    starts = [level["start"] for level in levels]
    if starts != sorted(set(starts)):
        raise ValidationError(N_("等级应从低到高，起点各不相同。"))


class Earn(Strict):
    """`[[plugin.points_store.earn]]`: an event of another plugin credits points by a rule.

    `where`: what the event's payload has to say. `rule`: the title of a rule that holds where it
    happened. `points`: what is credited, within the rule; none: what the rule gives at least.
    `to`: the key of the payload that names whom (household_id, person_id, or case_id: whoever reported).
    """

    event = fields.String(required=True, validate=_foreign)
    where = fields.Dict(fields.String(), fields.Raw(), load_default=dict)
    rule = fields.String(required=True, validate=validate.Length(1, 60))
    points = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 100_000)
    )
    to = fields.String(
        load_default="household_id", validate=validate.OneOf(["household_id", "person_id", "case_id"])
    )


class Level(Strict):
    """`[[plugin.points_store.honour]]`: a level of honour, from so many points on, and what it brings."""

    title = fields.String(required=True, validate=validate.Length(1, 20))
    start = fields.Integer(
        required=True, strict=True, data_key="from", validate=validate.Range(0, 10_000_000)
    )
    benefits = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)


class PointsStoreSettings(Strict):
    """Ambiguities that are the county's to decide.

    `wallet_per`: one wallet a household or a person. `redeem_within`: how far from home points
    count (the store's village, town or county must be the wallet's). `code_seconds`: life of a
    shown code, at most 60. `card_day_limit`: points a day on a printed card (static codes are
    capped, as the PBOC does with static payment codes). `return_days`: how long the village takes
    goods back. `voucher_days`: how long a voucher for a service is good. `fen_per_point`: what the county
    pays a store for a point. `expiry`: how long credited points are good: without end, to the end of their
    month or year, or for `expiry_days`; `expiry_notice_days`: so many days ahead their holder is told.

    `claim_days`: how far back an act may be claimed. `public_names`: how names stand in what is made
    public (masked: 张**, full). `public_months`: so many months stay on the public page. `earn`: events of
    other plugins that earn points by rule. `honour`: levels of honour from what was earned over all
    (`honour_period` all) or in the calendar year (year), with their benefits.

    `offline_points`: what a store's device may
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
    claim_days = fields.Integer(load_default=60, strict=True, validate=validate.Range(1, 366))
    public_names = fields.String(load_default="masked", validate=validate.OneOf(["masked", "full"]))
    public_months = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 24))
    earn = fields.List(fields.Nested(Earn), load_default=list, validate=validate.Length(max=50))
    honour = fields.List(fields.Nested(Level), load_default=list, validate=[validate.Length(max=20), _rising])
    honour_period = fields.String(load_default="all", validate=validate.OneOf(["all", "year"]))
    known_face_limit = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 100))
    offline_points = fields.Integer(load_default=50, strict=True, validate=validate.Range(0, 200))
    offline_days = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 7))
    offline_grace_days = fields.Integer(load_default=4, strict=True, validate=validate.Range(1, 14))
