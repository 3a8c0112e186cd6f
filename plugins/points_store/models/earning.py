"""By what points are earned: rules in versions, and what was credited by them."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
)

from core.db import AreaModel, BaseModel, MomentField

# What a rule does: it credits points, or takes them.
GAIN, LOSS = "award", "deduction"
# What a claim by a rule has to bring.
NOTHING, PHOTO, WITNESS = "none", "photo", "witness"
# Who files a claim: the household itself, grid staff, somebody else of the village.
RESIDENT, STAFF, NEIGHBOUR = "resident", "staff", "neighbour"
# Who reviews: the head of the group first and the committee then, or the committee alone.
BOTH, COMMITTEE = "both", "committee"


class Rule(AreaModel):
    """For which act a village credits (or takes) how many points. Each version is a row that never changes.

    `first_id` is the first version's id (null in itself): `key`. `replaced_by` is the next version's.
    Caps are points a wallet and calendar day, month or year.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    title = CharField(max_length=60)
    points_min = IntegerField(constraints=[Check("points_min > 0")])
    points_max = IntegerField(constraints=[Check("points_max >= points_min")])
    active = BooleanField(default=True)
    effect = CharField(max_length=10, default=GAIN)
    category = CharField(max_length=30, default="")
    cap_day = IntegerField(null=True)
    cap_month = IntegerField(null=True)
    cap_year = IntegerField(null=True)
    evidence = CharField(max_length=10, default=NOTHING)
    filed_by = CharField(max_length=40, default=",".join((RESIDENT, STAFF, NEIGHBOUR)))
    review = CharField(max_length=10, default=BOTH)
    publicity_days = IntegerField(default=7)
    version = IntegerField(default=1)
    first_id = BigIntegerField(null=True, index=True)
    replaced_by = BigIntegerField(null=True)
    created_at = MomentField(null=True)
    created_by = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_rule"

    @property
    def key(self) -> int:
        """What all versions of the rule share."""
        return int(self.first_id or self.id)

    @property
    def filers(self) -> tuple[str, ...]:
        """Who may file a claim by it."""
        return tuple(self.filed_by.split(","))


class Earned(BaseModel):
    """What a wallet got by a rule on the day of the act: caps are held against it. Never changed.

    `points` is signed: an award that was taken back stands here a second time, below zero.
    """

    transfer_id = BigIntegerField(primary_key=True)
    wallet_id = BigIntegerField()
    rule_key = BigIntegerField()
    day = DateField()
    points = BigIntegerField()

    class Meta:
        table_name = "points_store_earned"
        # Covers the sums of a day, a month and a year.
        indexes = ((("wallet_id", "rule_key", "day", "points"), False),)


class Activity(AreaModel):
    """Something to take part in (志愿服务): whoever scans its code on the day is put forward for points."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    title = CharField(max_length=60)
    place = CharField(max_length=60)
    day = DateField()
    rule_id = BigIntegerField()
    points = IntegerField()
    code = CharField(max_length=8, unique=True)
    created_at = MomentField()
    created_by = BigIntegerField()
    cancelled_at = MomentField(null=True)

    class Meta:
        table_name = "points_store_activity"


class HonourConsent(BaseModel):
    """A household that wants to stand in its village's list of honour."""

    household_id = BigIntegerField(primary_key=True)
    since = MomentField()
    account_id = BigIntegerField()

    class Meta:
        table_name = "points_store_honour_consent"
