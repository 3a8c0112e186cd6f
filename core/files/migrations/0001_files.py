"""Photos and documents."""

from peewee import BigIntegerField, CharField, IntegerField, Model


def tables(db):
    class File(Model):
        id = CharField(max_length=20, primary_key=True)
        subject = CharField(max_length=80, index=True)
        area_code = CharField(max_length=15, index=True)
        kind = CharField(max_length=10)
        media_type = CharField(max_length=80)
        size = IntegerField()
        width = IntegerField(null=True)
        height = IntegerField(null=True)
        sha256 = CharField(max_length=64)
        name = CharField(max_length=120)
        uploaded_by = BigIntegerField(null=True, index=True)
        uploaded_at = BigIntegerField(index=True)
        removed_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "files_file"

    return [File]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
