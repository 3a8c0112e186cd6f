"""The table of companions: processes that plugins keep beside web and worker."""

from peewee import BigIntegerField, CharField, Model, TextField


def tables(db):
    class CompanionBeat(Model):
        name = CharField(max_length=81, primary_key=True)
        started_at = BigIntegerField()
        seen_at = BigIntegerField()
        figures = TextField()

        class Meta:
            database = db
            table_name = "core_companion"

    return [CompanionBeat]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
