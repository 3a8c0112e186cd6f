"""The sheets of 四议两公开: who came to each of the six steps, and how many agreed."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, IntegerField, TextField

from core.db import AreaModel, MomentField


class StepSheet(AreaModel):
    """A step on the record; the database refuses to change it. A corrected sheet has the next `number`.

    `step`: 1 to 6; `body`: whose meeting it was (decision_words.BODIES; empty for what is made public);
    `due`, `present`, `agree`: heads; `signatures`: how many signed (or a photo of the paper hangs on the
    sheet); `rule`: quorum and majority that it was held against; `digest`: of the text that lay on the table.
    """

    id = AutoField()
    decision_id = BigIntegerField()
    area_code = CharField(max_length=15)
    step = IntegerField(constraints=[Check("step BETWEEN 1 AND 6")])
    number = IntegerField()
    body = CharField(max_length=20, default="")
    day = DateField()
    due = IntegerField(null=True)
    present = IntegerField(null=True)
    agree = IntegerField(null=True)
    signatures = IntegerField(null=True)
    rule = CharField(max_length=60, default="")
    digest = CharField(max_length=64)
    note = TextField(default="")
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "supervision_step_sheet"
        indexes = ((("decision_id", "step", "number"), True),)
