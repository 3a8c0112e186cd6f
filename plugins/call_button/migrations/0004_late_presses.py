"""When a device's clock was last right, when a key was pressed that came late, and which deliveries came."""

from peewee import AutoField, BigIntegerField, BlobField, Model

COLUMNS = (("call_button_device", "clock_right_at"), ("call_button_call", "pressed_at"))


def tables(db):
    class Delivery(Model):
        id = AutoField()
        digest = BlobField(unique=True)
        press_id = BigIntegerField()
        at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "call_button_delivery"

    return [Delivery]


def up(migrator, db):
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} BIGINT")
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
