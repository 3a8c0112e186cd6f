"""How a decision is carried out after its gate: tasks, contracts, payments, acceptance; and what residents say."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField

from core.db import AreaModel, MomentField

UP, DOWN = "up", "down"
_KIND = Check("kind IN ('task', 'contract', 'payment', 'acceptance')")
_THUMB = Check("thumb IN ('up', 'down')")


class ExecutionLine(AreaModel):
    """One thing that was done; added to, never changed. `amount_fen`: of a contract or payment.

    A payment that was booked wrongly is taken back by one below zero. `version_id`: under which text.
    """

    id = AutoField()
    decision_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    version_id = BigIntegerField()
    kind = CharField(max_length=12, constraints=[_KIND])
    day = DateField()
    title = CharField(max_length=120)
    amount_fen = BigIntegerField(null=True)
    note = CharField(max_length=500, default="")
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "supervision_execution_line"


class Rating(AreaModel):
    """What a resident of the village says of the result: one each, the last word counts."""

    id = AutoField()
    decision_id = BigIntegerField()
    area_code = CharField(max_length=15)
    person_id = BigIntegerField()
    thumb = CharField(max_length=4, constraints=[_THUMB])
    note = CharField(max_length=300, default="")
    at = MomentField()

    class Meta:
        table_name = "supervision_rating"
        indexes = ((("decision_id", "person_id"), True),)
