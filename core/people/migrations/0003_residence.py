"""Where each household stood from which day to which, so that figures of an older day stay as they were."""

from peewee import SQL, AutoField, BigIntegerField, CharField, DateField, Model, SqliteDatabase

COLUMNS = "(household_id, area_code, since, until)"
COUNTED = "CREATE INDEX household_area_code_ended_at ON people_household (area_code, ended_at)"


def tables(db):
    class Residence(Model):
        id = AutoField()
        household_id = BigIntegerField(index=True, constraints=[SQL("REFERENCES people_household (id)")])
        area_code = CharField(max_length=15)
        since = DateField()
        until = DateField(null=True)

        class Meta:
            database = db
            table_name = "people_residence"
            indexes = ((("area_code", "since"), False),)
            constraints = (SQL("CHECK (until IS NULL OR until >= since)"),)

    return [Residence]


def up(migrator, db):
    db.create_tables(tables(db))
    # Households that were there before have stood where they stand since they were registered.
    if isinstance(db, SqliteDatabase):
        day = "date({} / 1000 + 28800, 'unixepoch')"
    else:
        day = "(to_timestamp({} / 1000) AT TIME ZONE 'Asia/Shanghai')::date"
    since, until = day.format("opened_at"), day.format("ended_at")
    copied = f"{since}, CASE WHEN ended_at IS NULL THEN NULL ELSE {until} END"
    copy = f"SELECT id, area_code, {copied} FROM people_household"  # noqa: S608 - made of constants
    db.execute_sql(f"INSERT INTO people_residence {COLUMNS} {copy}")
    db.execute_sql(COUNTED)


def down(migrator, db):
    db.execute_sql("DROP INDEX household_area_code_ended_at")
    db.drop_tables(tables(db))
