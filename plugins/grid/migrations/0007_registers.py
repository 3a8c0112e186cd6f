"""Special registers that a county names itself: a filter with a name, no list of people."""

from peewee import AutoField, BigIntegerField, CharField, Model


def tables(db):
    class FileRegister(Model):
        id = AutoField()
        title = CharField(max_length=20)
        item = CharField(max_length=30)
        picks = CharField(max_length=200)
        made_at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_register"

    return [FileRegister]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db)[::-1])
