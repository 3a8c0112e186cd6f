"""The config section [plugin.diary]: how often whom to visit, by the county's own rules."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from core.fields import Strict, Text
from core.text import N_
from plugins.diary.index_rules import TERMS

_DAYS = validate.Range(1, 366)
_WEIGHT = validate.Range(0, 100)


class DiarySettings(Strict):
    """Days between two visits to the same door; what is not set follows from the yearly visit to all.

    `days_must`: the five kinds always to be visited (五必访); `days_tagged`: special groups; `days_mid` to
    `days_high`: households of somebody of that risk level (low and mid-low ones: once a year). The index:
    `index_*` make the whole of a term, `weight_*` say what each term weighs.
    """

    days_must = fields.Integer(
        load_default=90,
        strict=True,
        validate=_DAYS,
        metadata={"title": N_("五必访的间隔（天）"), "help": N_("同一户两次走访最多隔几天。")},
    )
    days_tagged = fields.Integer(
        load_default=60,
        strict=True,
        validate=_DAYS,
        metadata={"title": N_("特殊群体的间隔（天）"), "help": N_("同一户两次走访最多隔几天。")},
    )
    days_mid = fields.Integer(
        load_default=60,
        strict=True,
        validate=_DAYS,
        metadata={
            "title": N_("中风险户的间隔（天）"),
            "help": N_("低风险、中低风险户每年一次，不在这里设。"),
        },
    )
    days_mid_high = fields.Integer(
        load_default=30, strict=True, validate=_DAYS, metadata={"title": N_("中高风险户的间隔（天）")}
    )
    days_high = fields.Integer(
        load_default=7, strict=True, validate=_DAYS, metadata={"title": N_("高风险户的间隔（天）")}
    )
    days_establishment = fields.Integer(
        load_default=90,
        strict=True,
        validate=_DAYS,
        metadata={"title": N_("单位的间隔（天）"), "help": N_("企业、合作社、家庭农场。")},
    )
    soon_days = fields.Integer(
        load_default=7,
        strict=True,
        validate=validate.Range(0, 60),
        metadata={"title": N_("提前几天列为待访")},
    )
    index_visits = fields.Integer(
        load_default=20,
        strict=True,
        validate=validate.Range(1, 500),
        metadata={"title": N_("指数：走访的满分次数"), "help": N_("一个月走访几次，这一项得满分。")},
    )
    index_difficulty = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 500),
        metadata={
            "title": N_("指数：难题的满分"),
            "help": N_("一个月办的难题合计多少，这一项得满分：小 1、中 2、大 3。"),
        },
    )
    weight_visits = fields.Integer(
        load_default=30,
        strict=True,
        validate=_WEIGHT,
        metadata={"title": N_("权重：走访次数"), "help": N_("各项权重合起来算，不必凑成 100。")},
    )
    weight_frequency = fields.Integer(
        load_default=20, strict=True, validate=_WEIGHT, metadata={"title": N_("权重：走访频率")}
    )
    weight_difficulty = fields.Integer(
        load_default=20, strict=True, validate=_WEIGHT, metadata={"title": N_("权重：难题")}
    )
    weight_satisfaction = fields.Integer(
        load_default=30, strict=True, validate=_WEIGHT, metadata={"title": N_("权重：满意")}
    )
    lines = fields.Dict(
        fields.String(validate=validate.Regexp(r"^[a-z][a-z_]{0,29}\Z")),
        Text(20, shortest=1),
        load_default=dict,
        metadata={
            "title": N_("本县区自己的条线"),
            "help": N_('"代码" = "名称"，一行一个，引号不能少；插件带来的条线不必写。'),
        },
    )
    weight_on_time = fields.Integer(
        load_default=20,
        strict=True,
        validate=_WEIGHT,
        metadata={"title": N_("权重：按时"), "help": N_("只用于评优名单。")},
    )
    award_size = fields.Integer(
        load_default=5,
        strict=True,
        validate=validate.Range(1, 50),
        metadata={"title": N_("评优名单的人数"), "help": N_("一份评优名单推荐几人。")},
    )
    edit_days = fields.Integer(
        load_default=7,
        strict=True,
        validate=validate.Range(1, 366),
        metadata={"title": N_("可以修改日记的天数"), "help": N_("写的人在几天以内可以修改。")},
    )
    topic_days = fields.Integer(
        load_default=365,
        strict=True,
        validate=validate.Range(7, 3660),
        metadata={"title": N_("一类事：查找最近几天"), "help": N_("在最近几天的日记里找。")},
    )
    topic_villages = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(2, 100),
        metadata={"title": N_("一类事：至少几个村"), "help": N_("至少几个村都有，才提出来。")},
    )
    topic_likeness = fields.Integer(
        load_default=50,
        strict=True,
        validate=validate.Range(20, 95),
        metadata={"title": N_("一类事：相似（百分比）"), "help": N_("至少多相似才算一类。")},
    )
    meeting_residents_percent = fields.Integer(
        load_default=50,
        strict=True,
        validate=validate.Range(0, 90),
        metadata={
            "title": N_("会议的群众代表（百分比）"),
            "help": N_("议事会、反馈会到会的人里，普通群众至少占多少；文件 001 只要求增加，没有写数字。"),
        },
    )

    def mistakes_when_set(self, values: Mapping[str, Any]) -> dict[str, list[str]]:
        """Without any weight nobody has a score; a county that has it so already goes on and says so."""
        if any(values[f"weight_{term}"] for term in TERMS):
            return {}
        return {f"weight_{TERMS[0]}": [N_("指数的四项权重至少要有一项大于 0。")]}
