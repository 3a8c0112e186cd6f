"""Words of entries; the dictionary and the stop list of the county."""

from peewee import AutoField, BigIntegerField, CharField, DateField, Model, TextField

INDEXES = ("CREATE UNIQUE INDEX diary_term_once ON diary_term (word) WHERE ended_at IS NULL",)


def tables(db):
    class Term(Model):
        id = AutoField()
        word = CharField(max_length=20)
        kind = CharField(max_length=4)
        added_at = BigIntegerField()
        ended_at = BigIntegerField(null=True)
        changed_at = BigIntegerField(index=True)
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_term"

    class EntryWords(Model):
        entry_id = BigIntegerField(primary_key=True)
        area_code = CharField(max_length=15)
        day = DateField()
        kind = CharField(max_length=12)
        version = BigIntegerField()
        cut_with = BigIntegerField()
        words = TextField()

        class Meta:
            database = db
            table_name = "diary_entry_words"
            indexes = ((("day", "area_code"), False), (("cut_with",), False))

    return [Term, EntryWords]


def up(migrator, db):
    db.create_tables(tables(db))
    for index in INDEXES:
        db.execute_sql(index)


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
