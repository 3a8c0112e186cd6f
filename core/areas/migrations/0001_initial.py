"""The table of areas."""

from peewee import SQL, CharField, DateField, Model


def tables(db):
    class Area(Model):
        code = CharField(max_length=15, primary_key=True)
        name = CharField(max_length=60)
        level = CharField(max_length=10)
        valid_from = DateField()
        valid_to = DateField(null=True)
        successor_code = CharField(max_length=15, null=True)

        class Meta:
            database = db
            table_name = "areas_area"
            constraints = (
                SQL("CHECK (level IN ('city', 'county', 'town', 'village', 'grid'))"),
                SQL("CHECK (length(code) IN (4, 6, 9, 12, 15))"),
                SQL("CHECK (valid_to IS NULL OR valid_to >= valid_from)"),
            )

    return [Area]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
