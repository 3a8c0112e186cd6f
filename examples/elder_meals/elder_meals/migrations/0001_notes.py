"""Tables as they were first laid. A migration holds its own copy of the models and is never edited later."""

from peewee import AutoField, BigIntegerField, CharField, IntegerField, Model


def tables(db):
    class Note(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        text = CharField(max_length=1000)
        account_id = BigIntegerField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "elder_meals_note"

    class NoteCount(Model):
        area_code = CharField(max_length=15, primary_key=True)
        notes = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "elder_meals_note_count"

    return [Note, NoteCount]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
