"""Names are searched in an index of their own; indexes that nothing needs make way for it."""

# What to make, what to drop: the unique index on (area_code, number) serves areas too, and no one looks a
# name up but by a part of it.
NEW = "CREATE INDEX person_area_code_name_household_id ON people_person (area_code, name, household_id)"
OLD = {
    "person_area_code": "people_person (area_code)",
    "person_name": "people_person (name)",
    "household_area_code": "people_household (area_code)",
}


def up(migrator, db):
    db.execute_sql(NEW)
    for name in OLD:
        db.execute_sql(f"DROP INDEX {name}")


def down(migrator, db):
    for name, columns in OLD.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")
    db.execute_sql("DROP INDEX person_area_code_name_household_id")
