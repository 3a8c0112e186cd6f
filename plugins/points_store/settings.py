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
    """Ambiguities that are the county's to decide; each setting's `help` says what it is."""

    wallet_per = fields.String(
        load_default="household",
        validate=validate.OneOf(["household", "person"], labels=[N_("每户一个"), N_("每人一个")]),
        metadata={"title": N_("积分账户"), "help": N_("开户以后不要再改：已有的账户不会合并或拆开。")},
    )
    redeem_within = fields.String(
        load_default="village",
        validate=validate.OneOf(
            ["village", "town", "county"], labels=[N_("本村"), N_("本镇街"), N_("本县区")]
        ),
        metadata={"title": N_("可以兑换的范围"), "help": N_("离家多远的超市可以用本户的积分。")},
    )
    code_seconds = fields.Integer(
        load_default=60,
        strict=True,
        validate=validate.Range(15, 60),
        metadata={"title": N_("兑换码有效（秒）")},
    )
    card_day_limit = fields.Integer(
        load_default=500,
        strict=True,
        validate=validate.Range(1, 500),
        metadata={
            "title": N_("纸质卡每日限额（积分）"),
            "help": N_("静态码一天最多付多少，参照人民银行对静态条码的限额。"),
        },
    )
    return_days = fields.Integer(
        load_default=30,
        strict=True,
        validate=validate.Range(1, 365),
        metadata={"title": N_("可以退货（天）")},
    )
    voucher_days = fields.Integer(
        load_default=180,
        strict=True,
        validate=validate.Range(1, 730),
        metadata={"title": N_("服务凭证有效（天）")},
    )
    fen_per_point = fields.Integer(
        load_default=100,
        strict=True,
        validate=validate.Range(1, 10_000),
        metadata={"title": N_("每积分结算多少分钱"), "help": N_("县区付给超市的钱，100 为一元。")},
    )
    expiry = fields.String(
        load_default="none",
        validate=validate.OneOf(
            ["none", "month_end", "year_end", "days"],
            labels=[N_("长期有效"), N_("到当月底"), N_("到当年底"), N_("固定天数")],
        ),
        metadata={"title": N_("积分有效期"), "help": N_("只对改动以后得到的积分起作用。")},
    )
    expiry_days = fields.Integer(
        load_default=365,
        strict=True,
        validate=validate.Range(1, 3650),
        metadata={"title": N_("有效天数"), "help": N_("有效期选“固定天数”时使用。")},
    )
    expiry_notice_days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 365)),
        load_default=lambda: [30, 7],
        validate=validate.Length(max=5),
        metadata={"title": N_("到期前几天提醒")},
    )
    claim_days = fields.Integer(
        load_default=60,
        strict=True,
        validate=validate.Range(1, 366),
        metadata={"title": N_("补报的期限（天）"), "help": N_("最多补报多少天以前的事。")},
    )
    public_names = fields.String(
        load_default="masked",
        validate=validate.OneOf(["masked", "full"], labels=[N_("只露姓"), N_("全名")]),
        metadata={"title": N_("公示的姓名")},
    )
    public_months = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(1, 24),
        metadata={"title": N_("公示保留（个月）")},
    )
    earn = fields.List(
        fields.Nested(Earn),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={
            "title": N_("其他插件的事件得分"),
            "help": N_(
                "event 事件；where 内容要符合什么；rule 规则名；points 积分，不写就按规则的下限；"
                "to 给谁：household_id、person_id，或 case_id 即反映人。"
            ),
        },
    )
    honour = fields.List(
        fields.Nested(Level),
        load_default=list,
        validate=[validate.Length(max=20), _rising],
        metadata={
            "title": N_("荣誉等级"),
            "help": N_("title 名称，from 起点积分，benefits 礼遇；从低到高写。"),
        },
    )
    honour_period = fields.String(
        load_default="all",
        validate=validate.OneOf(["all", "year"], labels=[N_("历年累计"), N_("当年")]),
        metadata={"title": N_("荣誉按什么积分")},
    )
    known_face_limit = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(0, 100),
        metadata={
            "title": N_("熟人免密限额（积分）"),
            "help": N_("店员认得持卡人时，一天最多付多少不用密码；0 为不许。"),
        },
    )
    offline_points = fields.Integer(
        load_default=50,
        strict=True,
        validate=validate.Range(0, 200),
        metadata={
            "title": N_("断网时每户可用（积分）"),
            "help": N_("设备可以为一个账户预留多少，断网时使用；0 为不许断网兑换。"),
        },
    )
    offline_days = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(1, 7),
        metadata={"title": N_("断网可用（天）"), "help": N_("预留的积分几天内可以用。")},
    )
    offline_grace_days = fields.Integer(
        load_default=4,
        strict=True,
        validate=validate.Range(1, 14),
        metadata={"title": N_("断网补报（天）"), "help": N_("用完期限以后，几天内还可以补报。")},
    )
