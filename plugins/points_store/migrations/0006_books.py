"""Periods, opening balances from paper, lots with their day, stops of wallets, closed months."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DateField,
    IntegerField,
    Model,
    SqliteDatabase,
)

from core.migrations import accept_changes, refuse_changes

CLOSED = "points_store_closing"
LOTS = "points_store_lot"
WHY = "a lot keeps its wallet, its points and its day"
VERBS = {
    "points_store_lot_no_other_points": "UPDATE OF wallet_id, transfer_id, points, expires_on",
    "points_store_lot_no_delete": "DELETE",
}


def tables(db):
    class Period(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        title = CharField(max_length=40)
        begins = DateField(index=True)
        ends = DateField(constraints=[Check("ends >= begins")])
        declared_at = BigIntegerField()
        declared_by = BigIntegerField(null=True)
        closed_at = BigIntegerField(null=True)
        closed_by = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_period"

    class OpeningSheet(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        source = CharField(max_length=100)
        digest = CharField(max_length=64)
        state = CharField(max_length=10)
        entered_at = BigIntegerField()
        entered_by = BigIntegerField(null=True)
        entered_person_id = BigIntegerField(null=True)
        decided_at = BigIntegerField(null=True)
        decided_by = BigIntegerField(null=True)
        note = CharField(max_length=200)

        class Meta:
            database = db
            table_name = "points_store_opening_sheet"

    class OpeningLine(Model):
        id = AutoField()
        sheet_id = BigIntegerField()
        household_id = BigIntegerField()
        person_id = BigIntegerField(null=True)
        points = BigIntegerField(constraints=[Check("points > 0")])
        page = CharField(max_length=40)
        transfer_id = BigIntegerField(null=True, unique=True)
        withdrawal_id = BigIntegerField(null=True, unique=True)

        class Meta:
            database = db
            table_name = "points_store_opening_line"
            indexes = ((("sheet_id", "household_id", "person_id"), True),)

    class Lot(Model):
        id = AutoField()
        wallet_id = BigIntegerField()
        transfer_id = BigIntegerField(index=True)
        points = BigIntegerField(constraints=[Check("points > 0")])
        expires_on = DateField(null=True)
        expired = BigIntegerField(constraints=[Check("expired >= 0 AND expired <= points")])
        done = BooleanField()

        class Meta:
            database = db
            table_name = LOTS
            indexes = ((("wallet_id", "id"), False), (("done", "expires_on", "wallet_id"), False))

    class ExpiryNotice(Model):
        wallet_id = BigIntegerField()
        expires_on = DateField()
        days = IntegerField()
        told_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_expiry_notice"
            primary_key = CompositeKey("wallet_id", "expires_on", "days")

    class WalletStop(Model):
        id = AutoField()
        wallet_id = BigIntegerField(index=True)
        stopped_at = BigIntegerField()
        stopped_by = BigIntegerField(null=True)
        reason = CharField(max_length=200)
        resumed_at = BigIntegerField(null=True)
        resumed_by = BigIntegerField(null=True)
        resume_reason = CharField(max_length=200)

        class Meta:
            database = db
            table_name = "points_store_wallet_stop"

    class Closing(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        month = CharField(max_length=7)
        until = BigIntegerField(index=True)
        opening = BigIntegerField()
        issued = BigIntegerField()
        withdrawn = BigIntegerField()
        redeemed = BigIntegerField()
        expired = BigIntegerField()
        deducted = BigIntegerField()
        reversed = BigIntegerField()
        moved = BigIntegerField()
        closing = BigIntegerField()
        fund_before = BigIntegerField()
        granted = BigIntegerField()
        fund_after = BigIntegerField()
        last_transfer_id = BigIntegerField(index=True)
        transfers = BigIntegerField()
        head = CharField(max_length=64)
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = CLOSED
            indexes = ((("area_code", "month"), True),)

    return [Period, OpeningSheet, OpeningLine, Lot, ExpiryNotice, WalletStop, Closing]


def up(migrator, db):
    db.create_tables(tables(db))
    # What was credited before lots were kept never expires: nobody was told a day.
    db.execute_sql(
        "INSERT INTO points_store_lot (wallet_id, transfer_id, points, expires_on, expired, done) "
        "SELECT entry.ledger_account_id, entry.transfer_id, entry.points, NULL, 0, FALSE "
        "FROM points_store_entry entry "
        "JOIN points_store_ledger_account account ON account.id = entry.ledger_account_id "
        "WHERE account.kind = 'wallet' AND entry.points > 0 ORDER BY entry.id"
    )
    refuse_changes(db, CLOSED, "a month that is closed stays as it is")
    for name, verb in VERBS.items():
        if isinstance(db, SqliteDatabase):
            db.execute_sql(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {LOTS} BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            )
            continue
        db.execute_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{WHY}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        db.execute_sql(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {LOTS} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def down(migrator, db):
    for name in VERBS:
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f"DROP TRIGGER {name}")
        else:
            db.execute_sql(f"DROP TRIGGER {name} ON {LOTS}")
            db.execute_sql(f"DROP FUNCTION {name}()")
    accept_changes(db, CLOSED)
    db.drop_tables(tables(db)[::-1])
