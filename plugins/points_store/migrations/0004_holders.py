"""The database refuses to give an account of the ledger another holder, or to drop it."""

from peewee import SqliteDatabase

TABLE = "points_store_ledger_account"
WHY = "an account of the ledger keeps its holder"
VERBS = {
    "points_store_ledger_account_no_other_holder": "UPDATE OF kind, household_id, person_id, store_id",
    "points_store_ledger_account_no_delete": "DELETE",
}


def up(migrator, db):
    for name, verb in VERBS.items():
        if isinstance(db, SqliteDatabase):
            db.execute_sql(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            )
            continue
        db.execute_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{WHY}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def down(migrator, db):
    for name in VERBS:
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f"DROP TRIGGER {name}")
        else:
            db.execute_sql(f"DROP TRIGGER {name} ON {TABLE}")
            db.execute_sql(f"DROP FUNCTION {name}()")
