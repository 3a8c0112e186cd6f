"""Sheets of the six steps, how decisions are carried out, and what residents say of the result."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, IntegerField, Model, TextField

from core.migrations import accept_changes, refuse_changes

KIND = Check("kind IN ('task', 'contract', 'payment', 'acceptance')")
THUMB = Check("thumb IN ('up', 'down')")
UNCHANGEABLE = {
    "supervision_step_sheet": "a sheet is corrected by another one",
    "supervision_execution_line": "what was done stands; a payment is taken back by one below zero",
}


def tables(db):
    class StepSheet(Model):
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
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_step_sheet"
            indexes = ((("decision_id", "step", "number"), True),)

    class ExecutionLine(Model):
        id = AutoField()
        decision_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        version_id = BigIntegerField()
        kind = CharField(max_length=12, constraints=[KIND])
        day = DateField()
        title = CharField(max_length=120)
        amount_fen = BigIntegerField(null=True)
        note = CharField(max_length=500, default="")
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_execution_line"

    class Rating(Model):
        id = AutoField()
        decision_id = BigIntegerField()
        area_code = CharField(max_length=15)
        person_id = BigIntegerField()
        thumb = CharField(max_length=4, constraints=[THUMB])
        note = CharField(max_length=300, default="")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_rating"
            indexes = ((("decision_id", "person_id"), True),)

    return [StepSheet, ExecutionLine, Rating]


def up(migrator, db):
    db.create_tables(tables(db))
    for table, why in UNCHANGEABLE.items():
        refuse_changes(db, table, f"{table}: {why}")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
