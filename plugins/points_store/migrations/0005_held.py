"""Points of a wallet that are promised: they stay in the balance, and nobody else can spend them."""

HELD = "held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0 AND (held = 0 OR balance >= held))"


def up(migrator, db):
    db.execute_sql(f"ALTER TABLE points_store_ledger_account ADD COLUMN {HELD}")


def down(migrator, db):
    db.execute_sql("ALTER TABLE points_store_ledger_account DROP COLUMN held")
