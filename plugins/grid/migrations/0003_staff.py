"""Tables of posts in grids (1+1+N), acting cover, imported batches."""

from peewee import SQL, AutoField, BigIntegerField, CharField, DateField, IntegerField, Model


def tables(db):
    class Staff(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        role = CharField(max_length=10)
        person_id = BigIntegerField(index=True)
        capacity = CharField(max_length=20)
        phone = CharField(max_length=20, default="")
        account_id = BigIntegerField(null=True, index=True)
        post_id = BigIntegerField(null=True)
        since = DateField()
        until = DateField(null=True)
        ended_why = CharField(max_length=20, default="")
        batch_id = BigIntegerField(null=True, index=True)
        recorded_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "grid_staff"
            indexes = ((("area_code", "until"), False),)
            constraints = (
                SQL("CHECK (length(area_code) = 15)"),
                SQL("CHECK (role IN ('leader', 'member', 'assistant'))"),
            )

    class Cover(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        staff_id = BigIntegerField(index=True, constraints=[SQL("REFERENCES grid_staff (id)")])
        person_id = BigIntegerField(index=True)
        account_id = BigIntegerField(null=True, index=True)
        post_id = BigIntegerField(null=True)
        reason = CharField(max_length=20)
        since = DateField()
        until = DateField()
        recorded_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "grid_cover"
            indexes = ((("area_code", "until"), False),)

    class Batch(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        digest = CharField(max_length=64)
        rows = IntegerField()
        account_id = BigIntegerField(null=True)
        imported_at = BigIntegerField()
        undone_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "grid_batch"

    return [Staff, Cover, Batch]


def up(migrator, db):
    # One after the other: peewee sorts by its own keys, and cover refers to posts by a constraint.
    for table in tables(db):
        db.create_tables([table])


def down(migrator, db):
    for table in reversed(tables(db)):
        db.drop_tables([table])
