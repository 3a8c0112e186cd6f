"""Reports of one-tap supervision; the models are frozen copies."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes

STATE = Check("state IN ('received', 'assigned', 'answered', 'ended')")
PART = Check("part IN ('reported', 'kin', 'deputy')")
UNCHANGEABLE = {
    "supervision_report_subject": "whom a report is about stands as it came in",
    "supervision_report_step": "the steps of a report are added to, never changed",
    "supervision_report_file": "what was sent with a report stands as it came in",
}


def tables(db):
    class MisconductReport(Model):
        id = BigIntegerField(primary_key=True)
        area_code = CharField(max_length=15, index=True)
        level_code = CharField(max_length=15)
        kind = CharField(max_length=20)
        power_code = CharField(max_length=20, default="", index=True)
        who = CharField(max_length=200, default="")
        text = TextField(default="")
        is_named = BooleanField(default=False)
        reporter = BlobField(null=True)
        reporter_mark = BlobField(null=True)
        number_hash = BlobField(unique=True)
        state = CharField(max_length=10, constraints=[STATE])
        round = IntegerField(default=1)
        handler_id = BigIntegerField(null=True, index=True)
        received_at = BigIntegerField()
        due_at = BigIntegerField(null=True)
        yellow_at = BigIntegerField(null=True)
        is_guessed = BooleanField(default=False)
        reminded_at = BigIntegerField(null=True)
        urged_at = BigIntegerField(null=True)
        answered_at = BigIntegerField(null=True)
        outcome = CharField(max_length=20, default="")
        answer = TextField(default="")
        is_solved = BooleanField(null=True)
        thumb = CharField(max_length=4, default="")
        rated_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "supervision_report"
            indexes = (
                (("level_code", "received_at"), False),
                (("state", "due_at"), False),
            )

    class ReportSubject(Model):
        id = AutoField()
        report_id = BigIntegerField(index=True)
        part = CharField(max_length=10, constraints=[PART])
        person_id = BigIntegerField(null=True, index=True)
        account_id = BigIntegerField(null=True, index=True)

        class Meta:
            database = db
            table_name = "supervision_report_subject"

    class ReportStep(Model):
        id = AutoField()
        report_id = BigIntegerField()
        number = IntegerField()
        round = IntegerField()
        at = BigIntegerField()
        deed = CharField(max_length=12)
        level_code = CharField(max_length=15)
        account_id = BigIntegerField(null=True)
        handler_id = BigIntegerField(null=True)
        note = TextField(default="")

        class Meta:
            database = db
            table_name = "supervision_report_step"
            indexes = ((("report_id", "number"), True),)

    class ReportFile(Model):
        id = AutoField()
        report_id = BigIntegerField(index=True)
        file_id = CharField(max_length=40, unique=True)
        kind = CharField(max_length=10)

        class Meta:
            database = db
            table_name = "supervision_report_file"

    return [MisconductReport, ReportSubject, ReportStep, ReportFile]


def up(migrator, db):
    db.create_tables(tables(db))
    for table, why in UNCHANGEABLE.items():
        refuse_changes(db, table, f"{table}: {why}")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
