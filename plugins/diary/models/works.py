"""Small works (微实事): what is to be done, what it may cost, how far it is."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, TextField

from core.db import AreaModel, MomentField


class Work(AreaModel):
    """A small work. Money in fen; `cost_fen` and why it is above the budget are known when it is done."""

    id = AutoField()
    area_code = CharField(max_length=15)
    title = CharField(max_length=100)
    place = CharField(max_length=200)
    budget_fen = BigIntegerField(constraints=[Check("budget_fen >= 0")])
    cost_fen = BigIntegerField(null=True, constraints=[Check("cost_fen >= 0")])
    cost_reason = CharField(max_length=300, default="")
    contractor = CharField(max_length=100, default="")
    note = TextField(default="")
    state = CharField(max_length=10)
    meeting_id = BigIntegerField(null=True, index=True)
    case_id = BigIntegerField(null=True, index=True)
    account_id = BigIntegerField()
    proposed_on = DateField()
    done_on = DateField(null=True)
    done_by = BigIntegerField(null=True)

    class Meta:
        table_name = "diary_work"
        indexes = (
            (("area_code", "proposed_on", "id"), False),
            (("proposed_on", "id", "area_code"), False),
            (("state", "area_code", "proposed_on"), False),
        )


class WorkStep(AreaModel):
    """What became of a small work, one step after the other; never changed."""

    id = AutoField()
    work_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    state = CharField(max_length=10)
    note = CharField(max_length=500, default="")
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_work_step"
