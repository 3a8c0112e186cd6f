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
    """`notice_days`: working days that must have ended since the day of publication, which does not count
    (Civil Code article 201; document 003: 3). `approval_percent`: share of the whole roll that must agree
    (document 003: 80 or more; the number itself is included, Civil Code article 1259). `pooled`: true, the
    share is of party members, villager representatives and grid supervisors together; false, of each group.
    `secret`: whether choices are kept from everybody. `ballot_days`: days that a ballot is open.

    Villages publish funds, assets and resources quarterly, those of the areas in `assets_monthly` monthly
    (Organic Law of Villagers' Committees article 30: at least quarterly; monthly where the village handles
    much money); `assets_due_days`: within so many days after the period's end (the law names no number).
    `question_days`: working days in which a resident's question about them is answered (the county's own).
    `helped_at_most`: for how many voters without an account a neighbour may vote on one version, and
    `staff_helped_at_most` for how many grid staff may (no law sets a number: the Organic Law of Villagers'
    Committees, article 15, lets a voter entrust a near relative in writing for elections only; all others
    vote on paper, which a second person reads).
    `quorums`: what makes the meetings of 四议两公开 valid, where the county's own rules differ from the law's
    values (sheet_rules.DEFAULTS, which names the articles).
    Reports of misconduct: `open_reports`: whether somebody without an account may report. In working days:
    `report_assign_days` until one is assigned, `report_answer_days` until it is answered (the party's rules
    on supervision and discipline, 2019, ask for a proposal within a month of receiving a clue; which of its
    articles holds for a report of this kind the county's discipline office says), `report_climb_days` from
    late to the office above, `report_rate_days` until an answer without a rating is over. In days:
    `report_follow_up_days`, within which "solved" may still become "not solved". `report_rounds`: after how
    many rounds at the county it is over. `reports_per_address` in a quarter of an hour (counted in memory,
    kept nowhere) and `reports_per_village` a day hold back whoever sends in bulk.
    """

    notice_days = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 60))
    approval_percent = fields.Integer(load_default=80, strict=True, validate=_PERCENT)
    pooled = fields.Boolean(load_default=True)
    secret = fields.Boolean(load_default=False)
    ballot_days = fields.Integer(load_default=7, strict=True, validate=validate.Range(1, 90))
    assets_monthly = fields.List(AreaCode(), load_default=list)
    assets_due_days = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 60))
    question_days = fields.Integer(load_default=5, strict=True, validate=validate.Range(1, 60))
    helped_at_most = fields.Integer(load_default=3, strict=True, validate=validate.Range(0, 100))
    staff_helped_at_most = fields.Integer(load_default=5, strict=True, validate=validate.Range(0, 100))
    quorums = fields.Dict(
        fields.String(validate=validate.OneOf(list(DEFAULTS))),
        fields.Nested(QuorumSettings),
        load_default=dict,
    )
    open_reports = fields.Boolean(load_default=True)
    report_assign_days = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 30))
    report_answer_days = fields.Integer(load_default=20, strict=True, validate=validate.Range(1, 90))
    report_climb_days = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 30))
    report_rate_days = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 90))
    report_follow_up_days = fields.Integer(load_default=90, strict=True, validate=validate.Range(1, 365))
    report_rounds = fields.Integer(load_default=3, strict=True, validate=validate.Range(1, 10))
    reports_per_address = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, 1000))
    reports_per_village = fields.Integer(load_default=100, strict=True, validate=validate.Range(1, 10_000))
