"""Postings, their places and work lists; teams of villages."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, Check, DateField, IntegerField, Model

INDEXES = (
    "CREATE UNIQUE INDEX diary_posting_one_fixed ON diary_posting_place (area_code, kind, line) "
    "WHERE fixed AND NOT closed AND kind <> 'enterprise'",
    "CREATE UNIQUE INDEX diary_team_one_a_village ON diary_team (area_code) WHERE closed_at IS NULL",
    "CREATE UNIQUE INDEX diary_team_one_of_a_role ON diary_team_member (team_id, role) "
    "WHERE until IS NULL AND role <> 'member'",
    "CREATE UNIQUE INDEX diary_team_member_once ON diary_team_member (team_id, account_id) "
    "WHERE until IS NULL",
)


def tables(db):
    class Posting(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        account_id = BigIntegerField(index=True)
        kind = CharField(max_length=12)
        mode = CharField(max_length=8)
        line = CharField(max_length=30, default="")
        unit = CharField(max_length=100, default="")
        field = CharField(max_length=100, default="")
        term = IntegerField(null=True, constraints=[Check("term > 0")])
        phone = CharField(max_length=20, default="")
        since = DateField()
        until = DateField(null=True)
        ended_why = CharField(max_length=10, default="")
        successor_id = BigIntegerField(null=True)
        recorded_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_posting"

    class PostingPlace(Model):
        id = AutoField()
        posting_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15, index=True)
        kind = CharField(max_length=12)
        line = CharField(max_length=30, default="")
        fixed = BooleanField()
        closed = BooleanField(default=False)
        duty_post = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_posting_place"

    class WorkItem(Model):
        id = AutoField()
        posting_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        text = CharField(max_length=200)
        due = DateField(null=True)
        done_on = DateField(null=True)
        note = CharField(max_length=500, default="")
        recorded_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_work_item"

    class Team(Model):
        id = AutoField()
        code = CharField(max_length=8, unique=True)
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60)
        weekday = IntegerField(constraints=[Check("weekday BETWEEN 1 AND 7")])
        hours = CharField(max_length=40, default="")
        place = CharField(max_length=100)
        duties = CharField(max_length=1000, default="")
        opened_at = BigIntegerField()
        closed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_team"

    class TeamMember(Model):
        id = AutoField()
        team_id = BigIntegerField(index=True)
        account_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        role = CharField(max_length=8)
        phone = CharField(max_length=20, default="")
        since = DateField()
        until = DateField(null=True)

        class Meta:
            database = db
            table_name = "diary_team_member"

    return [Posting, PostingPlace, WorkItem, Team, TeamMember]


def up(migrator, db):
    db.create_tables(tables(db))
    for index in INDEXES:
        db.execute_sql(index)


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
