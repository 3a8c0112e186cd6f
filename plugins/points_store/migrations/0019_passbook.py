"""Passbooks and what was printed into them; proxies, and who redeemed for whom."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
    Model,
    SqliteDatabase,
)

from core.migrations import accept_changes, refuse_changes

PRINT = "points_store_passbook_print"
# Whatever redeems or is redeemed may be for somebody else.
MARKED = ("points_store_redeem_code", "points_store_card", "points_store_redemption")
# Trigger -> table, what it refuses, why.
GUARDS = {
    "points_store_passbook_no_other_terms": (
        "points_store_passbook",
        "UPDATE OF wallet_id, number, brought_forward, after_entry, opened_at, opened_by",
        "a passbook is closed, never rewritten",
    ),
    "points_store_passbook_no_delete": (
        "points_store_passbook",
        "DELETE",
        "a passbook is closed, never deleted",
    ),
    "points_store_proxy_no_other_terms": (
        "points_store_proxy",
        "UPDATE OF wallet_id, person_id, day_limit, month_limit, until, named_at, named_by, by_owner",
        "a proxy is stopped and named anew, never changed",
    ),
    "points_store_proxy_no_delete": ("points_store_proxy", "DELETE", "a proxy is stopped, never deleted"),
}


def tables(db):
    class Passbook(Model):
        id = AutoField()
        wallet_id = BigIntegerField()
        number = IntegerField()
        brought_forward = BigIntegerField()
        after_entry = BigIntegerField()
        opened_at = BigIntegerField()
        opened_by = BigIntegerField(null=True)
        closed_at = BigIntegerField(null=True)
        closed_by = BigIntegerField(null=True)
        closed_why = CharField(max_length=8, null=True)

        class Meta:
            database = db
            table_name = "points_store_passbook"
            indexes = ((("wallet_id", "number"), True),)

    class PassbookPrint(Model):
        id = AutoField()
        passbook_id = BigIntegerField()
        page = IntegerField(constraints=[Check("page > 0")])
        first_line = IntegerField(constraints=[Check("first_line > 0")])
        last_line = IntegerField(constraints=[Check("last_line >= first_line")])
        after_entry = BigIntegerField()
        last_entry = BigIntegerField()
        balance_after = BigIntegerField()
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = PRINT
            indexes = ((("passbook_id", "page", "first_line"), True),)

    class Proxy(Model):
        id = AutoField()
        wallet_id = BigIntegerField(index=True)
        person_id = BigIntegerField(index=True)
        day_limit = IntegerField(constraints=[Check("day_limit > 0")])
        month_limit = IntegerField(constraints=[Check("month_limit >= day_limit")])
        until = DateField()
        named_at = BigIntegerField()
        named_by = BigIntegerField(null=True)
        by_owner = BooleanField()
        stopped_at = BigIntegerField(null=True)
        stopped_by = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_proxy"

    return [Passbook, PassbookPrint, Proxy]


def up(migrator, db):
    db.create_tables(tables(db))
    db.execute_sql(
        "CREATE UNIQUE INDEX points_store_one_passbook ON points_store_passbook (wallet_id) "
        "WHERE closed_at IS NULL"
    )
    db.execute_sql(
        "CREATE UNIQUE INDEX points_store_one_proxy ON points_store_proxy (wallet_id, person_id) "
        "WHERE stopped_at IS NULL"
    )
    for table in MARKED:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN proxy_id BIGINT")
    refuse_changes(db, PRINT, f"{PRINT}: what was printed stands on paper")
    for name, (table, verb, why) in GUARDS.items():
        _guard(db, name, table, verb, why)


def _guard(db, name, table, verb, why):
    if isinstance(db, SqliteDatabase):
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
        return
    db.execute_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    db.execute_sql(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def down(migrator, db):
    for name, (table, _, _) in GUARDS.items():
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f"DROP TRIGGER {name}")
        else:
            db.execute_sql(f"DROP TRIGGER {name} ON {table}")
            db.execute_sql(f"DROP FUNCTION {name}()")
    accept_changes(db, PRINT)
    for table in MARKED:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN proxy_id")
    db.drop_tables(tables(db)[::-1])
