"""Meetings with their final minutes, which refuse to be changed; small works; the responsibility list."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes

INDEXES = (
    "CREATE UNIQUE INDEX diary_meeting_one_person ON diary_meeting_participant (meeting_id, person_id) "
    "WHERE person_id IS NOT NULL AND left_at IS NULL",
    "CREATE UNIQUE INDEX diary_meeting_one_account ON diary_meeting_participant (meeting_id, account_id) "
    "WHERE account_id IS NOT NULL AND left_at IS NULL",
    "CREATE INDEX diary_duty_own ON diary_duty (account_id, due) WHERE state = 'open'",
)
UNCHANGEABLE = {
    "diary_meeting_minutes": "final minutes are corrected by a new version, never changed",
    "diary_meeting_rules": "rules have versions, none is changed",
    "diary_work_step": "what became of a work is added to, never changed",
}


def tables(db):
    class MeetingRules(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        version = IntegerField(unique=True)
        text = TextField()
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_meeting_rules"

    class Meeting(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        kind = CharField(max_length=12)
        code = CharField(max_length=8, unique=True)
        topic = CharField(max_length=200)
        agenda = TextField(default="")
        starts_at = BigIntegerField()
        place = CharField(max_length=100)
        link = CharField(max_length=300, default="")
        state = CharField(max_length=10)
        about_id = BigIntegerField(null=True, index=True)
        residents_percent = IntegerField(null=True)
        rules_version = IntegerField(null=True)
        minutes = IntegerField(default=0)
        outstanding = IntegerField(default=0)
        account_id = BigIntegerField()
        called_at = BigIntegerField()
        noticed_at = BigIntegerField(null=True)
        opened_at = BigIntegerField(null=True)
        held_at = BigIntegerField(null=True)
        published_at = BigIntegerField(null=True)
        ended_why = CharField(max_length=300, default="")

        class Meta:
            database = db
            table_name = "diary_meeting"
            indexes = (
                (("area_code", "starts_at", "id"), False),
                (("starts_at", "id", "area_code"), False),
            )

    class MeetingMatter(Model):
        id = AutoField()
        meeting_id = BigIntegerField()
        area_code = CharField(max_length=15)
        kind = CharField(max_length=12)
        target = BigIntegerField(null=True)
        title = CharField(max_length=300)
        outcome = TextField(default="")
        settled = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "diary_meeting_matter"
            indexes = ((("meeting_id", "id"), False), (("kind", "target"), False))

    class Participant(Model):
        id = AutoField()
        meeting_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        role = CharField(max_length=10)
        name = CharField(max_length=60)
        title = CharField(max_length=60, default="")
        person_id = BigIntegerField(null=True, index=True)
        account_id = BigIntegerField(null=True, index=True)
        mode = CharField(max_length=8)
        present = BooleanField(null=True)
        told = CharField(max_length=100, default="")
        left_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_meeting_participant"

    class Resolution(Model):
        id = AutoField()
        meeting_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        text = TextField()
        unit = CharField(max_length=60, default="")
        person_name = CharField(max_length=60, default="")
        account_id = BigIntegerField(null=True)
        due = DateField(null=True)
        agree = IntegerField(null=True)
        against = IntegerField(null=True)
        abstain = IntegerField(null=True)
        case_id = BigIntegerField(null=True, unique=True)

        class Meta:
            database = db
            table_name = "diary_meeting_resolution"

    class MinutesDraft(Model):
        meeting_id = BigIntegerField(primary_key=True)
        area_code = CharField(max_length=15)
        text = TextField()
        version = IntegerField()
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_meeting_draft"

    class Minutes(Model):
        id = AutoField()
        meeting_id = BigIntegerField()
        area_code = CharField(max_length=15)
        number = IntegerField(constraints=[Check("number > 0")])
        text = TextField()
        canonical = TextField()
        digest = CharField(max_length=64)
        previous = CharField(max_length=64, default="")
        reason = CharField(max_length=300, default="")
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_meeting_minutes"
            indexes = ((("meeting_id", "number"), True),)

    class Work(Model):
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
            database = db
            table_name = "diary_work"
            indexes = (
                (("area_code", "proposed_on", "id"), False),
                (("proposed_on", "id", "area_code"), False),
                (("state", "area_code", "proposed_on"), False),
            )

    class WorkStep(Model):
        id = AutoField()
        work_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        state = CharField(max_length=10)
        note = CharField(max_length=500, default="")
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_work_step"

    class Duty(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        matter = CharField(max_length=500)
        unit = CharField(max_length=60, default="")
        person_name = CharField(max_length=60, default="")
        account_id = BigIntegerField(null=True)
        due = DateField()
        state = CharField(max_length=6)
        meeting_id = BigIntegerField(null=True, index=True)
        resolution_id = BigIntegerField(null=True, unique=True)
        case_id = BigIntegerField(null=True)
        done_on = DateField(null=True)
        done_note = CharField(max_length=500, default="")
        set_by = BigIntegerField()
        set_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_duty"
            indexes = (
                (("area_code", "state", "due"), False),
                (("state", "due", "area_code"), False),
            )

    meetings = [MeetingRules, Meeting, MeetingMatter, Participant, Resolution, MinutesDraft, Minutes]
    return [*meetings, Work, WorkStep, Duty]


def up(migrator, db):
    db.create_tables(tables(db))
    for statement in INDEXES:
        db.execute_sql(statement)
    for table, why in UNCHANGEABLE.items():
        refuse_changes(db, table, f"{table}: {why}")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
