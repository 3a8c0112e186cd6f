"""What an import brought in, so that it can be taken back."""

from peewee import SQL, AutoField, BigIntegerField, CharField, IntegerField, Model


def tables(db):
    class ImportBatch(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        digest = CharField(max_length=64)
        households = IntegerField()
        persons = IntegerField()
        first_household = BigIntegerField()
        last_household = BigIntegerField()
        account_id = BigIntegerField(null=True)
        imported_at = BigIntegerField()
        undone_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "people_import_batch"
            constraints = (SQL("CHECK (last_household - first_household + 1 = households)"),)

    return [ImportBatch]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
