"""The config section [plugin.call_button]: keys, windows, the ladder, the broker."""

from typing import Final

from marshmallow import ValidationError, fields, validate, validates_schema

from core.fields import Strict
from core.text import N_

# What a key can mean (document 003: green calls the secretary, red hangs up, thumbs rate).
CALL, CANCEL, SATISFIED, DISSATISFIED = "call", "cancel", "satisfied", "dissatisfied"
MEANINGS: Final = (CALL, CANCEL, SATISFIED, DISSATISFIED)
# Whom the ladder can tell: holders of a role at the village, its grid or its town; or whoever has duty there.
RUNGS: Final = ("secretary", "deputy", "grid_leader", "grid_member", "assistant", "town_duty")
_DEFAULT_LADDER: Final = tuple(
    {"who": who, "seconds": seconds} for who, seconds in zip(RUNGS, (30, 30, 30, 30, 60, 120), strict=True)
)


class RungSettings(Strict):
    """A step of the ladder: whom it tells, and after how many seconds without an answer the next one is."""

    who = fields.String(required=True, validate=validate.OneOf(RUNGS))
    seconds = fields.Integer(required=True, strict=True, validate=validate.Range(5, 3600))


class BrokerSettings(Strict):
    """Where the MQTT broker is; empty `host`: none. `client_id` stays the same, so that the broker keeps what
    came meanwhile; the password stands in the file `password_file`, not here."""

    host = fields.String(load_default="", validate=validate.Length(max=200))
    port = fields.Integer(load_default=8883, strict=True, validate=validate.Range(1, 65535))
    username = fields.String(load_default="gridgov", validate=validate.Length(max=60))
    password_file = fields.String(load_default="", validate=validate.Length(max=300))
    client_id = fields.String(load_default="gridgov-bridge", validate=validate.Length(1, 60))
    ca_file = fields.String(load_default="", validate=validate.Length(max=300))
    tls = fields.Boolean(load_default=True)
    zigbee2mqtt_topic = fields.String(load_default="zigbee2mqtt", validate=validate.Length(1, 60))
    chirpstack_application = fields.String(load_default="+", validate=validate.Length(1, 60))
    generic_topic = fields.String(load_default="gridgov", validate=validate.Length(1, 60))


class CallButtonSettings(Strict):
    """When a call is one call, whom it rings with and until when; each setting's `help` says what it is.

    At the end of the `ladder` town and county are told every `again_seconds`, `again_times` times; after
    `case_minutes` the call is a case as well.
    """

    keys = fields.List(
        fields.String(validate=validate.OneOf(MEANINGS)),
        load_default=lambda: list(MEANINGS),
        validate=validate.Length(equal=4),
        metadata={
            "title": N_("四个键的含义"),
            "help": N_(
                "从左到右依次是 1 至 4 号键：call 呼叫，cancel 取消，satisfied 满意，dissatisfied 不满意。"
            ),
        },
    )
    same_press_seconds = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(1, 60),
        metadata={
            "title": N_("同一次按键（秒）"),
            "help": N_("没有消息编号的设备，几秒内按同一个键算同一次。"),
        },
    )
    repeat_seconds = fields.Integer(
        load_default=120,
        strict=True,
        validate=validate.Range(0, 3600),
        metadata={
            "title": N_("再次呼叫（秒）"),
            "help": N_("一次呼叫结束后几秒内再按，显示为同一件事的再次呼叫。"),
        },
    )
    cancel_seconds = fields.Integer(
        load_default=60,
        strict=True,
        validate=validate.Range(5, 3600),
        metadata={"title": N_("可以取消的时间（秒）"), "help": N_("呼叫后几秒内可以用取消键取消。")},
    )
    believed_seconds = fields.Integer(
        load_default=600,
        strict=True,
        validate=validate.Range(10, 86_400),
        metadata={
            "title": N_("设备时钟的误差（秒）"),
            "help": N_("设备的时钟相差超过几秒，就不采信它报的时间。"),
        },
    )
    signature_seconds = fields.Integer(
        load_default=300,
        strict=True,
        validate=validate.Range(10, 3600),
        metadata={"title": N_("签名的有效时间（秒）"), "help": N_("签了名的消息最多可以晚到几秒。")},
    )
    thumb_minutes = fields.Integer(
        load_default=120,
        strict=True,
        validate=validate.Range(1, 10_080),
        metadata={"title": N_("评价的时间（分钟）"), "help": N_("呼叫后几分钟内按的评价键算对它的评价。")},
    )
    ask_minutes = fields.Integer(
        load_default=1440,
        strict=True,
        validate=validate.Range(1, 43_200),
        metadata={"title": N_("请网格员去问（分钟）"), "help": N_("过几分钟还没有评价，就请网格员去问。")},
    )
    tell_again_seconds = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 600),
        metadata={"title": N_("再次通知（秒）"), "help": N_("又按的时候，至少过几秒才再通知同样的人。")},
    )
    ring_again_minutes = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 1440),
        metadata={
            "title": N_("再次响铃（分钟）"),
            "help": N_("有人接手或到场几分钟以后又按，就重新响铃：人可能已经离开。"),
        },
    )
    again_seconds = fields.Integer(
        load_default=300,
        strict=True,
        validate=validate.Range(30, 3600),
        metadata={"title": N_("催告的间隔（秒）"), "help": N_("各级都没有人接，每隔几秒再告知镇和县。")},
    )
    again_times = fields.Integer(
        load_default=6,
        strict=True,
        validate=validate.Range(1, 50),
        metadata={"title": N_("催告的次数"), "help": N_("各级都没有人接，最多催告几次。")},
    )
    case_minutes = fields.Integer(
        load_default=60,
        strict=True,
        validate=validate.Range(5, 1440),
        metadata={"title": N_("登记为事项（分钟）"), "help": N_("几分钟没有人接，就同时登记为事项。")},
    )
    presses_per_minute = fields.Integer(
        load_default=20,
        strict=True,
        validate=validate.Range(2, 1000),
        metadata={"title": N_("一台设备一分钟的按键数"), "help": N_("超过的只计数，不通知。")},
    )
    ladder = fields.List(
        fields.Nested(RungSettings),
        load_default=lambda: [dict(rung) for rung in _DEFAULT_LADDER],
        validate=validate.Length(1, 12),
        metadata={
            "title": N_("呼叫的先后"),
            "help": N_(
                "who 是谁：secretary 村书记、deputy 副书记、grid_leader 网格长、grid_member 网格员、"
                "assistant 协管员、town_duty 镇街值班；seconds 是几秒没有人接就叫下一级。"
            ),
        },
    )
    answer_seconds = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 86_400)),
        load_default=lambda: [60, 180],
        validate=validate.Length(equal=2),
        metadata={
            "title": N_("接听目标（秒）"),
            "help": N_("看板上的两条线。英国 TSA 的标准：60 秒内接听百分之 97.5，180 秒内百分之 99。"),
        },
    )
    duty_phone = fields.String(
        load_default="",
        validate=validate.Length(max=30),
        metadata={"title": N_("值班电话"), "help": N_("印在海报和卡片上。")},
    )
    simulator = fields.Boolean(
        load_default=False,
        metadata={
            "title": N_("模拟设备"),
            "help": N_("能看到呼叫的人和居民也可以按模拟设备，用于演示和培训。"),
        },
    )
    battery_low_percent = fields.Integer(
        load_default=20,
        strict=True,
        validate=validate.Range(1, 90),
        metadata={"title": N_("低电量（百分比）"), "help": N_("低于它就提醒更换电池。")},
    )
    broker = fields.Nested(
        BrokerSettings,
        load_default=lambda: BrokerSettings().load({}),
        metadata={
            "title": N_("消息服务器"),
            "help": N_(
                "MQTT 服务器的地址、账号和证书；不写 host 就不连接，密码写在 password_file 所指的文件里。"
            ),
            "file_only": True,
        },
    )

    @validates_schema
    def _check_marks(self, data: dict[str, object], **_: object) -> None:
        marks = data.get("answer_seconds")
        if isinstance(marks, list) and marks != sorted(set(marks)):
            raise ValidationError({"answer_seconds": [N_("应从短到长。")]})

    @validates_schema
    def _check_keys(self, data: dict[str, object], **_: object) -> None:
        keys = data.get("keys")
        if isinstance(keys, list) and CALL not in keys:
            raise ValidationError({"keys": [N_("四个键中至少要有一个是 call（呼叫）。")]})
