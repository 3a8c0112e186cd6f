"""Analysis reports with their templates; what is put forward for awards."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, IntegerField, Model, TextField


def tables(db):
    class Report(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        month = CharField(max_length=7)
        version = IntegerField()
        state = CharField(max_length=8, index=True)
        step = IntegerField(default=0)
        steps = IntegerField(default=0)
        asked_by = BigIntegerField(null=True)
        asked_at = BigIntegerField()
        started_at = BigIntegerField(null=True)
        finished_at = BigIntegerField(null=True)
        figures = TextField(default="")
        sha256 = CharField(max_length=64, default="")

        class Meta:
            database = db
            table_name = "diary_report"
            indexes = ((("area_code", "month", "version"), True),)

    class ReportTemplate(Model):
        id = AutoField()
        name = CharField(max_length=100)
        data = BlobField()
        sha256 = CharField(max_length=64)
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_report_template"

    class Nomination(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        month = CharField(max_length=7)
        award = CharField(max_length=6)
        subject = CharField(max_length=24)
        title = CharField(max_length=200, default="")
        rank = IntegerField()
        tenths = IntegerField()
        terms = TextField()
        proposed_by = BigIntegerField(null=True)
        at = BigIntegerField()
        state = CharField(max_length=8)
        decided_by = BigIntegerField(null=True)
        decided_at = BigIntegerField(null=True)
        why = CharField(max_length=500, default="")

        class Meta:
            database = db
            table_name = "diary_nomination"
            indexes = ((("month", "award", "subject"), True), (("area_code", "month"), False))

    return [Report, ReportTemplate, Nomination]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
