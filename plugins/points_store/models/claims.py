"""Claims: what was done, by whom it was looked at, what was said against it."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, Check, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField

# States of a claim. Credited: the points were booked (of a deduction: taken).
FILED, CHECKED, PUBLISHED, OBJECTED = "filed", "checked", "published", "objected"
CREDITED, REFUSED, WITHDRAWN = "credited", "refused", "withdrawn"
OPEN_STATES = (FILED, CHECKED, PUBLISHED, OBJECTED)
# Steps of a claim.
FILE, CHECK, PUBLISH, OBJECT, DISMISS, UPHOLD = "file", "check", "publish", "object", "dismiss", "uphold"
CREDIT, REFUSE, WITHDRAW, FOLLOW = "credit", "refuse", "withdraw", "follow"


class Claim(AreaModel):
    """An act put forward for points (申报). `version` is the number of its newest step.

    `area_code` is where the household stood when the act was claimed: its village decides and pays.
    `source` names what a claim came from that nobody filed (an event, an activity): once each.
    `problem` is the code of what keeps a claim from being credited whose time is over. `held` and
    `taken` are for deductions: points that are promised while it is public, and what was there in the end.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    household_id = BigIntegerField(index=True)
    person_id = BigIntegerField(null=True)
    rule_id = BigIntegerField(index=True)
    effect = CharField(max_length=10)
    points = IntegerField(constraints=[Check("points > 0")])
    text = CharField(max_length=200)
    day = DateField()
    witness = CharField(max_length=60)
    filed_as = CharField(max_length=10)
    filed_by = BigIntegerField(null=True)
    filer_person_id = BigIntegerField(null=True)
    filed_at = MomentField()
    state = CharField(max_length=10)
    version = IntegerField()
    checked_by = BigIntegerField(null=True)
    checker_person_id = BigIntegerField(null=True)
    published_by = BigIntegerField(null=True)
    published_at = MomentField(null=True)
    public_until = DateField(null=True)
    held = BigIntegerField(default=0, constraints=[Check("held >= 0")])
    taken = BigIntegerField(null=True)
    transfer_id = BigIntegerField(null=True, unique=True)
    problem = CharField(max_length=40)
    source = CharField(max_length=120, null=True, unique=True)

    class Meta:
        table_name = "points_store_claim"
        indexes = (
            (("area_code", "id"), False),
            # What waits for a check, a review, or the end of its publicity.
            (("state", "area_code", "id"), False),
            (("state", "public_until"), False),
        )


class ClaimStep(BaseModel):
    """A step of a claim: when, who, what, why. Never changed. Who objected stands nowhere here."""

    id = AutoField()
    claim_id = BigIntegerField()
    number = IntegerField()
    at = MomentField()
    account_id = BigIntegerField(null=True)
    deed = CharField(max_length=12)
    state = CharField(max_length=10)
    points = IntegerField()
    reason = CharField(max_length=300)

    class Meta:
        table_name = "points_store_claim_step"
        indexes = ((("claim_id", "number"), True),)


class Objection(AreaModel):
    """What somebody of the village says against a claim that is public; only the committee reads it.

    `appeal`: the household itself, against a deduction. Nobody is shown who objected.
    """

    id = AutoField()
    claim_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15, index=True)
    account_id = BigIntegerField()
    person_id = BigIntegerField(null=True)
    appeal = BooleanField()
    text = CharField(max_length=500)
    at = MomentField()
    answered_at = MomentField(null=True)
    answered_by = BigIntegerField(null=True)
    upheld = BooleanField(null=True)
    answer = CharField(max_length=500)

    class Meta:
        table_name = "points_store_objection"
