"""Objections of cadres to their index."""

from peewee import AutoField, BigIntegerField, CharField, Model


def tables(db):
    class IndexObjection(Model):
        id = AutoField()
        account_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15, index=True)
        month = CharField(max_length=7)
        term = CharField(max_length=14)
        text = CharField(max_length=500)
        at = BigIntegerField()
        answer = CharField(max_length=500, default="")
        answered_by = BigIntegerField(null=True)
        answered_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "diary_index_objection"

    return [IndexObjection]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
