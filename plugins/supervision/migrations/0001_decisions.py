"""Decisions as published, their voters, rolls, recusals and ballots, and the log that refuses changes."""

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

STATE = Check("state IN ('draft', 'published', 'executing', 'done', 'withdrawn')")
SEAT = Check("seat IN ('party_member', 'representative', 'grid_supervisor')")
WAY = Check("way IN ('phone', 'paper', 'helper')")
UNCHANGEABLE = {
    "supervision_decision_version": "a published text gets another version, none is changed",
    "supervision_roll_entry": "a roll is frozen at its publication",
    "supervision_ballot": "a voter may cast again, no cast is changed",
    "supervision_ballot_check": "a check stands as it was made",
    "supervision_log": "the log of decisions is added to, never changed",
}


def tables(db):
    class Decision(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        code = CharField(max_length=8, unique=True)
        power_code = CharField(max_length=20, default="", index=True)
        six_steps = BooleanField(default=False)
        state = CharField(max_length=10, constraints=[STATE])
        title = CharField(max_length=120)
        text = TextField()
        budget_fen = BigIntegerField(null=True)
        version = IntegerField(default=0)
        account_id = BigIntegerField()
        created_at = BigIntegerField()
        started_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)
        withdrawn_at = BigIntegerField(null=True)
        why_withdrawn = CharField(max_length=300, default="")
        result = TextField(default="")

        class Meta:
            database = db
            table_name = "supervision_decision"

    class Concerned(Model):
        id = AutoField()
        decision_id = BigIntegerField()
        area_code = CharField(max_length=15)
        person_id = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_concerned"
            indexes = ((("decision_id", "person_id"), True),)

    class DecisionVersion(Model):
        id = AutoField()
        decision_id = BigIntegerField()
        area_code = CharField(max_length=15, index=True)
        number = IntegerField()
        body = TextField()
        digest = CharField(max_length=64)
        published_at = BigIntegerField()
        published_by = BigIntegerField()
        earliest_day = DateField()
        closes_at = BigIntegerField()
        approval_percent = IntegerField()
        pooled = BooleanField()
        secret = BooleanField()
        roll_size = IntegerField()

        class Meta:
            database = db
            table_name = "supervision_decision_version"
            indexes = ((("decision_id", "number"), True),)

    class Voter(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        person_id = BigIntegerField(index=True)
        seat = CharField(max_length=20, constraints=[SEAT])
        since = DateField()
        until = DateField(null=True)
        source = CharField(max_length=100, default="")

        class Meta:
            database = db
            table_name = "supervision_voter"

    class RollEntry(Model):
        id = AutoField()
        version_id = BigIntegerField()
        decision_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        person_id = BigIntegerField(index=True)
        name = CharField(max_length=60)
        seats = CharField(max_length=60)
        reasons = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "supervision_roll_entry"
            indexes = ((("version_id", "person_id"), True),)

    class Recusal(Model):
        id = AutoField()
        decision_id = BigIntegerField()
        area_code = CharField(max_length=15)
        person_id = BigIntegerField()
        reason = CharField(max_length=200)
        proposed_at = BigIntegerField()
        confirmed_at = BigIntegerField(null=True)
        confirmed_by = BigIntegerField(null=True)
        declined_at = BigIntegerField(null=True)
        declined_by = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "supervision_recusal"
            indexes = ((("decision_id", "person_id"), True),)

    class Ballot(Model):
        id = AutoField()
        version_id = BigIntegerField()
        decision_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        roll_entry_id = BigIntegerField()
        number = IntegerField()
        choice = CharField(max_length=200)
        opinion = TextField(default="")
        way = CharField(max_length=10, constraints=[WAY])
        account_id = BigIntegerField()
        receipt = CharField(max_length=32, unique=True)
        photo_id = BigIntegerField(null=True)
        cast_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_ballot"
            indexes = ((("roll_entry_id", "number"), True),)

    class BallotCheck(Model):
        id = AutoField()
        ballot_id = BigIntegerField(unique=True)
        account_id = BigIntegerField()
        is_right = BooleanField()
        note = CharField(max_length=200, default="")
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "supervision_ballot_check"

    class LogEntry(Model):
        id = AutoField()
        decision_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        number = BigIntegerField(unique=True)
        at = BigIntegerField()
        body = TextField()
        hash = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "supervision_log"

    return [Decision, Concerned, DecisionVersion, Voter, RollEntry, Recusal, Ballot, BallotCheck, LogEntry]


def up(migrator, db):
    db.create_tables(tables(db))
    for table, why in UNCHANGEABLE.items():
        refuse_changes(db, table, f"{table}: {why}")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
