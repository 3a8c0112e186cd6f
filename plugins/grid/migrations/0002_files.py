"""Household files: items, heads, values and their history, which refuses to be changed."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes

HISTORY = "grid_file_change"


def tables(db):
    class FileItem(Model):
        code = CharField(max_length=30, primary_key=True)
        section = CharField(max_length=20)
        title = CharField(max_length=40)
        kind = CharField(max_length=10)
        owner = CharField(max_length=10)
        choices = TextField(default="[]")
        hint = CharField(max_length=100, default="")
        sensitive = BooleanField(default=False)
        position = IntegerField(default=0)
        retired_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_file_item"

    class HouseholdFile(Model):
        household_id = BigIntegerField(primary_key=True)
        area_code = CharField(max_length=15)
        updated_at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        filled = IntegerField(default=0)
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_file"
            indexes = ((("area_code", "updated_at", "ended_at"), False),)

    class FileValue(Model):
        household_id = BigIntegerField()
        person_id = BigIntegerField()
        item = CharField(max_length=30)
        area_code = CharField(max_length=15)
        pick = CharField(max_length=30, default="")
        value = TextField(default="")
        sealed = BlobField(null=True)
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_file_value"
            primary_key = CompositeKey("household_id", "person_id", "item")
            indexes = ((("item", "pick", "area_code", "household_id"), False),)

    class FileChange(Model):
        id = AutoField()
        household_id = BigIntegerField()
        person_id = BigIntegerField()
        item = CharField(max_length=30)
        area_code = CharField(max_length=15)
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        old_sealed = BlobField(null=True)
        new_sealed = BlobField(null=True)

        class Meta:
            database = db
            table_name = "grid_file_change"
            indexes = ((("household_id", "id"), False),)

    class DayRefresh(Model):
        area_code = CharField(max_length=15)
        day = DateField()
        files = IntegerField(default=0)
        changes = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "grid_file_day"
            primary_key = CompositeKey("area_code", "day")

    return [FileItem, HouseholdFile, FileValue, FileChange, DayRefresh]


def up(migrator, db):
    db.create_tables(tables(db))
    refuse_changes(db, HISTORY, "grid_file_change: what was known and who changed it stays")


def down(migrator, db):
    accept_changes(db, HISTORY)
    db.drop_tables(tables(db)[::-1])
