"""A quota of a household of which nobody is left is stopped: its device hears of it and gives it back."""

TABLE = "points_store_quota"


def up(migrator, db):
    db.execute_sql(f"ALTER TABLE {TABLE} ADD COLUMN stopped_at BIGINT")


def down(migrator, db):
    db.execute_sql(f"ALTER TABLE {TABLE} DROP COLUMN stopped_at")
