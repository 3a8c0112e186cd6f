"""Tables of the points store as they were first laid; entries and transfers refuse to be changed."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DateField,
    IntegerField,
    Model,
)

from core.migrations import accept_changes, refuse_changes

UNCHANGEABLE = ("points_store_transfer", "points_store_entry", "points_store_stock_move")


def tables(db):
    class LedgerAccount(Model):
        id = AutoField()
        kind = CharField(max_length=10)
        area_code = CharField(max_length=15, index=True)
        household_id = BigIntegerField(null=True, index=True)
        person_id = BigIntegerField(null=True, index=True)
        store_id = BigIntegerField(null=True)
        balance = BigIntegerField(default=0, constraints=[Check("balance >= 0 OR kind = 'mint'")])
        stopped_at = BigIntegerField(null=True)
        opened_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_ledger_account"

    class Transfer(Model):
        id = AutoField()
        kind = CharField(max_length=12)
        area_code = CharField(max_length=15)
        at = BigIntegerField(index=True)
        account_id = BigIntegerField(null=True)
        points = BigIntegerField(constraints=[Check("points > 0")])
        rule_id = BigIntegerField(null=True)
        reason = CharField(max_length=200)
        reverses_id = BigIntegerField(null=True, unique=True)

        class Meta:
            database = db
            table_name = "points_store_transfer"
            indexes = ((("area_code", "kind"), False),)

    class Entry(Model):
        id = AutoField()
        transfer_id = BigIntegerField(index=True)
        ledger_account_id = BigIntegerField()
        points = BigIntegerField(constraints=[Check("points <> 0")])
        balance_after = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_entry"
            indexes = ((("ledger_account_id", "id", "points"), False),)

    class Rule(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        title = CharField(max_length=60)
        points_min = IntegerField(constraints=[Check("points_min > 0")])
        points_max = IntegerField(constraints=[Check("points_max >= points_min")])
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "points_store_rule"

    class Store(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60)
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "points_store_store"

    class StoreClerk(Model):
        store_id = BigIntegerField()
        account_id = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "points_store_store_clerk"
            primary_key = CompositeKey("store_id", "account_id")

    class Product(Model):
        id = AutoField()
        store_id = BigIntegerField(index=True)
        name = CharField(max_length=60)
        kind = CharField(max_length=10)
        points = IntegerField(constraints=[Check("points > 0")])
        stock = BigIntegerField(null=True, constraints=[Check("stock IS NULL OR stock >= 0")])
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "points_store_product"

    class StockMove(Model):
        id = AutoField()
        product_id = BigIntegerField(index=True)
        kind = CharField(max_length=12)
        quantity = BigIntegerField()
        stock_after = BigIntegerField()
        at = BigIntegerField()
        account_id = BigIntegerField(null=True)
        note = CharField(max_length=200)

        class Meta:
            database = db
            table_name = "points_store_stock_move"

    class RedeemCode(Model):
        code = CharField(max_length=8, primary_key=True)
        wallet_id = BigIntegerField(index=True)
        issued_at = BigIntegerField(index=True)
        expires_at = BigIntegerField()
        used_at = BigIntegerField(null=True)
        held_by = BigIntegerField(null=True)
        held_until = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_redeem_code"

    class Card(Model):
        id = AutoField()
        serial = CharField(max_length=10, unique=True)
        wallet_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        pin_mark = BlobField()
        failures = IntegerField(default=0)
        issued_at = BigIntegerField()
        issued_by = BigIntegerField(null=True)
        stopped_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_card"

    class Redemption(Model):
        id = AutoField()
        transfer_id = BigIntegerField(unique=True)
        area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField()
        wallet_id = BigIntegerField()
        clerk_id = BigIntegerField()
        clerk_person_id = BigIntegerField(null=True)
        card_id = BigIntegerField(null=True, index=True)
        points = BigIntegerField()
        at = BigIntegerField()
        day = DateField()

        class Meta:
            database = db
            table_name = "points_store_redemption"
            indexes = ((("store_id", "at"), False), (("wallet_id", "at"), False))

    class RedemptionLine(Model):
        id = AutoField()
        redemption_id = BigIntegerField(index=True)
        product_id = BigIntegerField()
        name = CharField(max_length=60)
        quantity = IntegerField()
        points = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_redemption_line"

    class Refusal(Model):
        id = AutoField()
        at = BigIntegerField(index=True)
        area_code = CharField(max_length=15)
        store_id = BigIntegerField(null=True)
        account_id = BigIntegerField(index=True)
        wallet_id = BigIntegerField(null=True)
        reason = CharField(max_length=40)
        scanned = CharField(max_length=16)

        class Meta:
            database = db
            table_name = "points_store_refusal"

    return [
        LedgerAccount,
        Transfer,
        Entry,
        Rule,
        Store,
        StoreClerk,
        Product,
        StockMove,
        RedeemCode,
        Card,
        Redemption,
        RedemptionLine,
        Refusal,
    ]


def up(migrator, db):
    db.create_tables(tables(db))
    # One wallet a holder, one fund a village, one account a store, one mint.
    for name, columns, kind in (
        ("household", "household_id", "wallet"),
        ("person", "person_id", "wallet"),
        ("fund", "area_code", "fund"),
        ("store", "store_id", "store"),
        ("mint", "kind", "mint"),
    ):
        db.execute_sql(
            f"CREATE UNIQUE INDEX points_store_one_{name} ON points_store_ledger_account ({columns}) "
            f"WHERE kind = '{kind}'"
        )
    for table in UNCHANGEABLE:
        refuse_changes(db, table, f"{table}: a booking is reversed, never changed")


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
