"""A person leaves the register: died, or moved away alone."""

from peewee import AutoField, BigIntegerField, CharField, DateField, Model, TextField

OLD, NEW = "person_area_code_name_household_id", "person_area_code_name_household_id_left_at"


def tables(db):
    class Leaving(Model):
        id = AutoField()
        person_id = BigIntegerField(index=True)
        left_for = CharField(max_length=10)
        left_on = DateField()
        note = CharField(max_length=200, default="")
        tags = TextField(default="[]")
        recorded_at = BigIntegerField()
        recorded_by = BigIntegerField(null=True)
        taken_back_at = BigIntegerField(null=True)
        taken_back_by = BigIntegerField(null=True)
        taken_back_why = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "people_leaving"

    return [Leaving]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql("ALTER TABLE people_person ADD COLUMN left_at BIGINT")
    db.execute_sql(f"CREATE INDEX {NEW} ON people_person (area_code, name, household_id, left_at)")
    db.execute_sql(f"DROP INDEX {OLD}")


def down(migrator, db):
    db.execute_sql(f"CREATE INDEX {OLD} ON people_person (area_code, name, household_id)")
    db.execute_sql(f"DROP INDEX {NEW}")
    db.execute_sql("ALTER TABLE people_person DROP COLUMN left_at")
    db.drop_tables(tables(db)[::-1])
