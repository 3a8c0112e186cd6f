"""The list of households and its length are read from one index, without looking at each row."""


def up(migrator, db):
    db.execute_sql(
        "CREATE INDEX people_household_open ON people_household (area_code, number, ended_at) "
        "WHERE ended_at IS NULL"
    )


def down(migrator, db):
    db.execute_sql("DROP INDEX people_household_open")
