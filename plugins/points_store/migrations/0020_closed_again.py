"""A day that was closed too early may be closed once more; no close is changed."""

TABLE = "points_store_day_close"
# As peewee names an index: by the model and its columns.
ONCE = "dayclose_store_id_day"
NUMBERED = "dayclose_store_id_day_number"


def up(migrator, db):
    db.execute_sql(f"ALTER TABLE {TABLE} ADD COLUMN number INTEGER NOT NULL DEFAULT 1")
    db.execute_sql(f"DROP INDEX {ONCE}")
    db.execute_sql(f"CREATE UNIQUE INDEX {NUMBERED} ON {TABLE} (store_id, day, number)")


def down(migrator, db):
    db.execute_sql(f"DROP INDEX {NUMBERED}")
    db.execute_sql(f"ALTER TABLE {TABLE} DROP COLUMN number")
    db.execute_sql(f"CREATE UNIQUE INDEX {ONCE} ON {TABLE} (store_id, day)")
