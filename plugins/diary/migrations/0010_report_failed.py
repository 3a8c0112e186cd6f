"""In which chapter the writing of a report failed, and why."""

COLUMNS = {"failed_in": 40, "failed_why": 200}


def up(migrator, db):
    for name, length in COLUMNS.items():
        db.execute_sql(f"ALTER TABLE diary_report ADD COLUMN {name} VARCHAR({length}) NOT NULL DEFAULT ''")


def down(migrator, db):
    for name in COLUMNS:
        db.execute_sql(f"ALTER TABLE diary_report DROP COLUMN {name}")
