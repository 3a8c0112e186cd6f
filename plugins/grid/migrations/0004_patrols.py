"""Patrols, their points, check-ins (which refuse to be changed) and tracks."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    FloatField,
    IntegerField,
    Model,
)

from core.migrations import accept_changes, refuse_changes

CHECKS = "grid_patrol_check"


def tables(db):
    class Patrol(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        account_id = BigIntegerField()
        day = DateField()
        started_at = BigIntegerField()
        last_seen_at = BigIntegerField()
        finished_at = BigIntegerField(null=True)
        ended = CharField(max_length=10, default="")
        minutes = IntegerField(default=0, constraints=[Check("minutes >= 0")])
        findings = IntegerField(default=0)
        note = CharField(max_length=1000, default="")

        class Meta:
            database = db
            table_name = "grid_patrol"
            indexes = ((("area_code", "day", "minutes", "findings"), False), (("account_id", "day"), False))

    class PatrolFinding(Model):
        id = AutoField()
        patrol_id = BigIntegerField(index=True)
        case_id = BigIntegerField(unique=True)
        area_code = CharField(max_length=15)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "grid_patrol_finding"

    class PatrolPoint(Model):
        id = AutoField()
        code = CharField(max_length=8, unique=True)
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60)
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)
        position = IntegerField(default=0)
        created_at = BigIntegerField()
        retired_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_patrol_point"

    class PatrolCheck(Model):
        id = AutoField()
        patrol_id = BigIntegerField(index=True)
        point_id = BigIntegerField()
        area_code = CharField(max_length=15)
        day = DateField()
        at = BigIntegerField()
        how = CharField(max_length=10)
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)
        accuracy = IntegerField(null=True)
        metres = IntegerField(null=True)
        mocked = BooleanField(default=False)
        doubt = CharField(max_length=10, default="")

        class Meta:
            database = db
            table_name = "grid_patrol_check"
            indexes = ((("area_code", "day", "point_id"), False),)

    class PatrolPlace(Model):
        id = AutoField()
        patrol_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        at = BigIntegerField(index=True)
        latitude = FloatField()
        longitude = FloatField()
        accuracy = IntegerField(null=True)
        mocked = BooleanField(default=False)
        doubt = CharField(max_length=10, default="")

        class Meta:
            database = db
            table_name = "grid_patrol_place"

    return [Patrol, PatrolFinding, PatrolPoint, PatrolCheck, PatrolPlace]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql(
        "CREATE UNIQUE INDEX grid_patrol_one_under_way ON grid_patrol (account_id) WHERE ended = ''"
    )
    refuse_changes(db, CHECKS, "grid_patrol_check: a check-in is never changed")


def down(migrator, db):
    accept_changes(db, CHECKS)
    db.drop_tables(tables(db)[::-1])
