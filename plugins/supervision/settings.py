"""The config section [plugin.supervision]: notice, shares and quorums, with the law's values as defaults."""

from marshmallow import ValidationError, fields, validate

from core.fields import AreaCode, Strict
from core.text import N_
from plugins.supervision.sheet_rules import DEFAULTS, share_of

_PERCENT = validate.Range(1, 100)


def _share(text: str) -> None:
    try:
        share_of(text)
    except ValueError:
        raise ValidationError(N_("应写成 >=2/3 或 >1/2 的样子。")) from None


class QuorumSettings(Strict):
    """A rule: shares such as `>=2/3` or `>1/2`; `of`: whether `agree` is of those present, or due."""

    present = fields.String(validate=_share)
    agree = fields.String(validate=_share)
    of = fields.String(validate=validate.OneOf(["present", "due"]))


class SupervisionSettings(Strict):
    """Terms, shares and limits; what each is and which article it follows, its `help` says.

    `assets_monthly`: monthly where the village handles much money, else quarterly (Organic Law of
    Villagers' Committees article 30). `helped_at_most`, `staff_helped_at_most`: no law sets a number; the
    same law, article 15, lets a voter entrust a near relative in writing for elections only. `quorums`: what
    makes the meetings of 四议两公开 valid, where the county's own rules differ from sheet_rules.DEFAULTS,
    which names the articles. `report_answer_days`: the party's rules on supervision and discipline (2019)
    ask for a proposal within a month of receiving a clue; which of its articles holds for a report of this
    kind the county's discipline office says.
    """

    notice_days = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(1, 60),
        metadata={
            "title": N_("公示期（工作日）"),
            "help": N_(
                "公示当天不计入（《民法典》第二百零一条）；文件 003 要求 3 天。改动只对以后公示的版本起作用。"
            ),
        },
    )
    approval_percent = fields.Integer(
        load_default=80,
        strict=True,
        validate=_PERCENT,
        metadata={
            "title": N_("赞成比例（百分比）"),
            "help": N_(
                "赞成人数占全部名册的比例，含本数（《民法典》第一千二百五十九条）；文件 003 要求 80。"
            ),
        },
    )
    pooled = fields.Boolean(
        load_default=True,
        metadata={
            "title": N_("各类人员合并计算"),
            "help": N_("不勾选就是党员、村民代表、网格监督员各自达到。"),
        },
    )
    secret = fields.Boolean(
        load_default=False,
        metadata={"title": N_("秘密表决"), "help": N_("选择加密保存，截止前没有任何计数。")},
    )
    ballot_days = fields.Integer(
        load_default=7,
        strict=True,
        validate=validate.Range(1, 90),
        metadata={"title": N_("表决开放（天）"), "help": N_("法律没有写数字。")},
    )
    assets_monthly = fields.List(
        AreaCode(),
        load_default=list,
        metadata={
            "title": N_("按月公开三资的区域"),
            "help": N_("镇街或村社的代码，其余按季度（《村民委员会组织法》第三十条）。"),
        },
    )
    assets_due_days = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 60),
        metadata={"title": N_("三资公开的期限（天）"), "help": N_("每期结束后几天内公开；法律没有写数字。")},
    )
    question_days = fields.Integer(
        load_default=5,
        strict=True,
        validate=validate.Range(1, 60),
        metadata={"title": N_("答复提问（工作日）"), "help": N_("居民对三资的提问几个工作日内答复。")},
    )
    helped_at_most = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(0, 100),
        metadata={"title": N_("邻居代投（人）"), "help": N_("一次表决最多替几个没有账号的人投；0 为不许。")},
    )
    staff_helped_at_most = fields.Integer(
        load_default=5,
        strict=True,
        validate=validate.Range(0, 100),
        metadata={
            "title": N_("网格人员代投（人）"),
            "help": N_("一次表决最多替几个人投；0 为不许，请用纸质票。"),
        },
    )
    quorums = fields.Dict(
        fields.String(validate=validate.OneOf(list(DEFAULTS))),
        fields.Nested(QuorumSettings),
        load_default=dict,
        metadata={
            "title": N_("会议的到会和赞成比例"),
            "help": N_(
                '本县区的规定与法律的数字不同时写：present 到会，agree 赞成，如 ">=2/3"；'
                "of 是 present（到会的）或 due（应到的）。"
            ),
        },
    )
    open_reports = fields.Boolean(
        load_default=True, metadata={"title": N_("没有账号也可以反映"), "help": N_("监督一点通。")}
    )
    report_assign_days = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(1, 30),
        metadata={"title": N_("交办的期限（工作日）")},
    )
    report_answer_days = fields.Integer(
        load_default=20,
        strict=True,
        validate=validate.Range(1, 90),
        metadata={
            "title": N_("答复的期限（工作日）"),
            "help": N_("监督执纪的规则要求收到线索后一个月内提出处置意见。"),
        },
    )
    report_climb_days = fields.Integer(
        load_default=3,
        strict=True,
        validate=validate.Range(1, 30),
        metadata={"title": N_("超期上交（工作日）"), "help": N_("超期几个工作日后交给上一级。")},
    )
    report_rate_days = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 90),
        metadata={"title": N_("评价的期限（工作日）"), "help": N_("答复后几个工作日没有评价就结束。")},
    )
    report_follow_up_days = fields.Integer(
        load_default=90,
        strict=True,
        validate=validate.Range(1, 365),
        metadata={"title": N_("可以追问（天）"), "help": N_("说“解决了”以后几天内还可以改为“没有解决”。")},
    )
    report_rounds = fields.Integer(
        load_default=3, strict=True, validate=validate.Range(1, 10), metadata={"title": N_("县级最多几轮")}
    )
    reports_per_address = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 1000),
        metadata={"title": N_("同一地址一刻钟内的件数"), "help": N_("只在内存里计数，不保存。")},
    )
    reports_per_village = fields.Integer(
        load_default=100,
        strict=True,
        validate=validate.Range(1, 10_000),
        metadata={"title": N_("一个村一天的件数")},
    )
