"""Entries, their older versions, links and cases."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, DateField, IntegerField, Model, TextField

INDEXES = (
    "CREATE INDEX diary_entry_read ON diary_entry (area_code, day, id) "
    "WHERE state = 'published' AND removed_at IS NULL",
    "CREATE INDEX diary_entry_newest ON diary_entry (day, id, area_code) "
    "WHERE state = 'published' AND removed_at IS NULL",
)


def tables(db):
    class Entry(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        account_id = BigIntegerField()
        kind = CharField(max_length=12)
        line = CharField(max_length=30, default="")
        day = DateField()
        text = TextField()
        original_sealed = BlobField(null=True)
        state = CharField(max_length=10)
        version = IntegerField(default=1)
        visit_id = BigIntegerField(null=True, index=True)
        cases = IntegerField(default=0)
        created_at = BigIntegerField()
        updated_at = BigIntegerField()
        removed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_entry"
            indexes = ((("account_id", "day"), False),)

    class EntryVersion(Model):
        id = AutoField()
        entry_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        version = IntegerField()
        text = TextField()
        original_sealed = BlobField(null=True)
        state = CharField(max_length=10)
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_entry_version"

    class EntryLink(Model):
        id = AutoField()
        entry_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        kind = CharField(max_length=14)
        target = CharField(max_length=20)
        word = CharField(max_length=60)
        account_id = BigIntegerField(null=True)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_entry_link"
            indexes = ((("entry_id", "kind", "target"), True), (("kind", "target"), False))

    class EntryCase(Model):
        id = AutoField()
        entry_id = BigIntegerField(index=True)
        case_id = BigIntegerField(unique=True)
        area_code = CharField(max_length=15)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "diary_entry_case"

    return [Entry, EntryVersion, EntryLink, EntryCase]


def up(migrator, db):
    db.create_tables(tables(db))
    for index in INDEXES:
        db.execute_sql(index)


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
