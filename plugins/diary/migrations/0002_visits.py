"""Visits, which refuse to be changed; who is due, marks, establishments."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    CharField,
    Check,
    DateField,
    FloatField,
    IntegerField,
    Model,
)

from core.migrations import accept_changes, refuse_changes

INDEXES = (
    "CREATE UNIQUE INDEX diary_mark_once ON diary_mark (household_id, kind) WHERE until IS NULL",
    "CREATE UNIQUE INDEX diary_establishment_code ON diary_establishment (credit_code) "
    "WHERE credit_code <> ''",
)

UNCHANGEABLE = ("diary_visit", "diary_visit_person")


def tables(db):
    class Care(Model):
        household_id = BigIntegerField(primary_key=True)
        area_code = CharField(max_length=15)
        last_visit = DateField(null=True)
        visits = IntegerField(default=0)
        due_on = DateField()
        reason = CharField(max_length=40)
        revisit_on = DateField(null=True)
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)

        class Meta:
            database = db
            table_name = "diary_care"
            indexes = (
                (("area_code", "due_on", "household_id"), False),
                (("due_on", "area_code", "household_id"), False),
                (("area_code", "last_visit", "household_id"), False),
            )

    class Mark(Model):
        id = AutoField()
        household_id = BigIntegerField(index=True)
        person_id = BigIntegerField(null=True)
        area_code = CharField(max_length=15, index=True)
        kind = CharField(max_length=12)
        note = CharField(max_length=200, default="")
        since = DateField()
        until = DateField(null=True)
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_mark"

    class Establishment(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        kind = CharField(max_length=12)
        name = CharField(max_length=100)
        credit_code = CharField(max_length=18, default="")
        contact = CharField(max_length=60, default="")
        phone_sealed = BlobField(null=True)
        address = CharField(max_length=200, default="")
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)
        last_visit = DateField(null=True)
        visits = IntegerField(default=0)
        revisit_on = DateField(null=True)
        due_on = DateField()
        opened_at = BigIntegerField()
        closed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_establishment"
            indexes = ((("area_code", "due_on"), False), (("area_code", "name"), False))

    class Visit(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        household_id = BigIntegerField(null=True, index=True)
        establishment_id = BigIntegerField(null=True, index=True)
        account_id = BigIntegerField(null=True)
        kind = CharField(max_length=12)
        day = DateField()
        reason = CharField(max_length=40, default="")
        occasion = CharField(max_length=12, default="")
        topics = CharField(max_length=200, default="")
        solved = IntegerField(default=0, constraints=[Check("solved >= 0")])
        solved_note = CharField(max_length=500, default="")
        revisit_on = DateField(null=True)
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)
        accuracy = IntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_visit"
            indexes = ((("area_code", "day"), False), (("account_id", "day"), False))
            constraints = (Check("(household_id IS NULL) <> (establishment_id IS NULL)"),)

    class VisitPerson(Model):
        id = AutoField()
        visit_id = BigIntegerField(index=True)
        person_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        tags_before = CharField(max_length=200, default="")
        tags_after = CharField(max_length=200, default="")
        risk_before = CharField(max_length=10, default="")
        risk_after = CharField(max_length=10, default="")

        class Meta:
            database = db
            table_name = "diary_visit_person"

    return [Care, Mark, Establishment, Visit, VisitPerson]


def up(migrator, db):
    db.create_tables(tables(db))
    for index in INDEXES:
        db.execute_sql(index)
    for table in UNCHANGEABLE:
        refuse_changes(db, table, f"{table}: a line is never changed")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
