"""Tables of boundaries and of changes of a division."""

from peewee import SQL, AutoField, BigIntegerField, CharField, DateField, Model, TextField


def tables(db):
    class Boundary(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        geometry = TextField()
        datum = CharField(max_length=5)
        source = CharField(max_length=10)
        since = DateField()
        until = DateField(null=True)
        account_id = BigIntegerField(null=True)
        recorded_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "grid_boundary"
            indexes = ((("area_code", "until"), False),)
            constraints = (
                SQL("CHECK (length(area_code) IN (12, 15))"),
                SQL("CHECK (datum IN ('wgs84', 'gcj02'))"),
                SQL("CHECK (source IN ('drawn', 'imported', 'split', 'merged', 'seed'))"),
                SQL("CHECK (until IS NULL OR until >= since)"),
            )

    class Change(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        kind = CharField(max_length=10)
        day = DateField()
        state = CharField(max_length=10)
        plan = TextField()
        figures = TextField(default="")
        code = CharField(max_length=60, default="")
        account_id = BigIntegerField(null=True)
        recorded_at = BigIntegerField()
        done_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_change"
            constraints = (
                SQL("CHECK (kind IN ('open', 'split', 'merge', 'redraw'))"),
                SQL("CHECK (state IN ('planned', 'done', 'failed', 'cancelled'))"),
            )

    return [Boundary, Change]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
