"""Shapes of claims, objections and what is taken back."""

from marshmallow import Schema, fields, validate

from core.fields import AreaCode, Id, Moment, PageQuery, Points, Strict, Text


class ClaimQuery(PageQuery):
    """Which claims: one's own and one's household's (`mine`), or those that one looks after (`desk`)."""

    of = fields.String(load_default="mine", validate=validate.OneOf(["mine", "desk"]))
    state = fields.String(load_default="", validate=validate.Length(max=12))


class PointsClaimIn(Strict):
    """An act put forward. `file_ids`: own uploads (uploadFile) that belong to nothing yet."""

    household_id = Id(required=True)
    person_id = Id(load_default=None, allow_none=True)
    rule_id = Id(required=True)
    points = Points(load_default=None, allow_none=True, most=100_000)
    text = Text(200, shortest=1, required=True)
    day = fields.Date(required=True)
    witness = Text(60, load_default="")
    file_ids = fields.List(fields.String(validate=validate.Length(1, 40)), load_default=list)


class AlikeClaim(Schema):
    """Another claim that may be the same act. `reasons`: same_day, similar_text, same_photo."""

    id = Id(required=True)
    state = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)


class PointsClaim(Schema):
    """A claim. `public_until`: the last day of publicity; `taken`: what a deduction found in the wallet.

    `maybe_same`: while it waits for a check, others that may be the same act and that one may see: a hint.
    """

    id = Id(required=True)
    area_code = AreaCode(required=True)
    household_id = Id(required=True)
    rule_id = Id(required=True)
    rule_title = fields.String(required=True)
    rule_version = fields.Integer(required=True)
    effect = fields.String(required=True)
    points = fields.Integer(required=True)
    taken = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)
    day = fields.Date(required=True)
    filed_as = fields.String(required=True)
    filed_at = Moment(required=True)
    state = fields.String(required=True)
    public_until = fields.Date(required=True, allow_none=True)
    problem = fields.String(required=True)
    transfer_id = Id(required=True, allow_none=True)
    maybe_same = fields.List(fields.Nested(AlikeClaim), required=True)


class ClaimReviewIn(Strict):
    """A decision. `points`: what is right, within the rule; none: as it was filed."""

    decision = fields.String(required=True, validate=validate.OneOf(["pass", "refuse"]))
    reason = Text(200, load_default="")
    points = Points(load_default=None, allow_none=True, most=100_000)


class ClaimReviewsIn(Strict):
    """A decision about many."""

    claim_ids = fields.List(Id(), required=True, validate=validate.Length(1, 2000))
    decision = fields.String(required=True, validate=validate.OneOf(["pass", "refuse"]))
    reason = Text(200, load_default="")


class ClaimReviewed(Schema):
    """What became of one of many: its new `state`, or the code of the `refusal` that left it as it was."""

    id = Id(required=True)
    state = fields.String(required=True)
    refusal = fields.String(required=True)


class ClaimWithdrawalIn(Strict):
    """Why."""

    reason = Text(200, load_default="")


class ClaimObjectionIn(Strict):
    """What is wrong."""

    text = Text(500, shortest=1, required=True)


class ClaimObjection(Schema):
    """An objection that was taken in."""

    id = Id(required=True)


class ObjectionAnswerIn(Strict):
    """What the committee answers; `upheld` refuses the claim."""

    upheld = fields.Boolean(required=True)
    answer = Text(500, shortest=1, required=True)


class AwardWithdrawalIn(Strict):
    """Why an award is taken back."""

    reason = Text(200, shortest=1, required=True)


class AwardWithdrawal(Schema):
    """An award that was taken back: `points` of it were there, `short` were spent or had expired."""

    id = Id(required=True, attribute="transfer_id")
    wallet_id = Id(required=True)
    points = fields.Integer(required=True)
    short = fields.Integer(required=True)
    balance = fields.Integer(required=True)


class ActivityCheckInIn(Strict):
    """Who is there: oneself, or a person whom staff check in."""

    person_id = Id(load_default=None, allow_none=True)
