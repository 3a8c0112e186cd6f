"""The store's part: prices by moment, returns by line, vouchers, whole shelves, closed days and months."""

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
)

from core.migrations import accept_changes, refuse_changes

UNCHANGEABLE = {
    "points_store_day_close": "a closed day is never changed",
    "points_store_settlement": "a settlement is never changed",
    "points_store_settlement_line": "a settlement is never changed",
    "points_store_settlement_payment": "a payment is never changed",
    "points_store_oddity_note": "a note is never changed",
}
COLUMNS = (
    ("points_store_product", "points_since", "BIGINT"),
    ("points_store_product", "donor", "VARCHAR(60) NOT NULL DEFAULT ''"),
    ("points_store_product", "provider_id", "BIGINT"),
    ("points_store_product", "reorder_at", "INTEGER"),
    ("points_store_product", "best_before", "DATE"),
    ("points_store_stock_move", "best_before", "DATE"),
    (
        "points_store_redemption",
        "returned",
        "BIGINT NOT NULL DEFAULT 0 CHECK (returned >= 0 AND returned <= points)",
    ),
    (
        "points_store_redemption_line",
        "returned",
        "INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0 AND returned <= quantity)",
    ),
)
# What was taken back before this script was taken back as a whole.
GO_ON = (
    "INSERT INTO points_store_return "
    "(redemption_id, transfer_id, area_code, store_id, clerk_id, account_id, points, at) "
    "SELECT r.id, t.id, r.area_code, r.store_id, r.clerk_id, t.account_id, t.points, t.at "
    "FROM points_store_transfer t JOIN points_store_redemption r ON r.transfer_id = t.reverses_id "
    "WHERE t.kind = 'reversal' ORDER BY t.id",
    "INSERT INTO points_store_return_line (return_id, line_id, quantity, points) "
    "SELECT b.id, l.id, l.quantity, l.points FROM points_store_return b "
    "JOIN points_store_redemption_line l ON l.redemption_id = b.redemption_id ORDER BY l.id",
    "UPDATE points_store_redemption_line SET returned = quantity "
    "WHERE redemption_id IN (SELECT redemption_id FROM points_store_return)",
    "UPDATE points_store_redemption SET returned = points "
    "WHERE id IN (SELECT redemption_id FROM points_store_return)",
)


def tables(db):
    class Price(Model):
        id = AutoField()
        product_id = BigIntegerField()
        points = IntegerField()
        until = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_price"
            indexes = ((("product_id", "until"), False),)

    class HandOver(Model):
        redemption_id = BigIntegerField(primary_key=True)
        at = BigIntegerField()
        account_id = BigIntegerField()
        by_resident = BooleanField()

        class Meta:
            database = db
            table_name = "points_store_hand_over"

    class Return(Model):
        id = AutoField()
        redemption_id = BigIntegerField(index=True)
        transfer_id = BigIntegerField(unique=True)
        area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField(index=True)
        clerk_id = BigIntegerField()
        account_id = BigIntegerField(null=True)
        points = BigIntegerField()
        at = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "points_store_return"

    class ReturnLine(Model):
        id = AutoField()
        return_id = BigIntegerField(index=True)
        line_id = BigIntegerField()
        quantity = IntegerField(constraints=[Check("quantity > 0")])
        points = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_return_line"

    class GoodsTransfer(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        to_area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField(index=True)
        to_store_id = BigIntegerField(index=True)
        sent_at = BigIntegerField()
        sent_by = BigIntegerField()
        note = CharField(max_length=200)
        received_at = BigIntegerField(null=True)
        received_by = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_goods_transfer"

    class GoodsTransferLine(Model):
        id = AutoField()
        goods_transfer_id = BigIntegerField(index=True)
        product_id = BigIntegerField()
        name = CharField(max_length=60)
        quantity = IntegerField(constraints=[Check("quantity > 0")])
        received = IntegerField(null=True)
        to_product_id = BigIntegerField(null=True)
        reason = CharField(max_length=200, default="")
        best_before = DateField(null=True)

        class Meta:
            database = db
            table_name = "points_store_goods_transfer_line"

    class Stocktake(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField(index=True)
        counted_at = BigIntegerField()
        counted_by = BigIntegerField()
        counted_person_id = BigIntegerField(null=True)
        confirmed_at = BigIntegerField(null=True)
        confirmed_by = BigIntegerField(null=True)
        dropped_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_stocktake"

    class StocktakeLine(Model):
        id = AutoField()
        stocktake_id = BigIntegerField(index=True)
        product_id = BigIntegerField()
        name = CharField(max_length=60)
        expected = BigIntegerField()
        counted = BigIntegerField(constraints=[Check("counted >= 0")])
        reason = CharField(max_length=200)

        class Meta:
            database = db
            table_name = "points_store_stocktake_line"

    class Provider(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60)
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "points_store_provider"

    class ProviderStaff(Model):
        provider_id = BigIntegerField()
        account_id = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "points_store_provider_staff"
            primary_key = CompositeKey("provider_id", "account_id")

    class Voucher(Model):
        id = AutoField()
        code = CharField(max_length=8, unique=True)
        redemption_id = BigIntegerField(index=True)
        line_id = BigIntegerField(index=True)
        store_id = BigIntegerField()
        product_id = BigIntegerField()
        provider_id = BigIntegerField()
        wallet_id = BigIntegerField(index=True)
        area_code = CharField(max_length=15, index=True)
        name = CharField(max_length=60)
        points = BigIntegerField()
        issued_at = BigIntegerField()
        valid_until = DateField()
        used_at = BigIntegerField(null=True)
        used_by = BigIntegerField(null=True)
        returned_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_voucher"
            indexes = ((("provider_id", "used_at"), False), (("store_id", "used_at"), False))

    class DayClose(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField()
        day = DateField()
        since = BigIntegerField()
        until = BigIntegerField()
        redemptions = IntegerField()
        points_in = BigIntegerField()
        returns = IntegerField()
        points_back = BigIntegerField()
        pieces_out = BigIntegerField()
        pieces_in = BigIntegerField()
        short = BigIntegerField()
        over = BigIntegerField()
        vouchers = IntegerField()
        closed_at = BigIntegerField()
        account_id = BigIntegerField()
        remark = CharField(max_length=200)

        class Meta:
            database = db
            table_name = "points_store_day_close"
            indexes = ((("store_id", "day"), True),)

    class Settlement(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField()
        month = CharField(max_length=7)
        transfer_id = BigIntegerField(null=True, unique=True)
        redemptions = IntegerField()
        points_in = BigIntegerField()
        points_back = BigIntegerField()
        own = BigIntegerField()
        donated = BigIntegerField()
        vouchers = BigIntegerField()
        points = BigIntegerField()
        rate = IntegerField()
        fen = BigIntegerField()
        provider_fen = BigIntegerField()
        at = BigIntegerField()
        account_id = BigIntegerField()
        person_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_settlement"
            indexes = ((("store_id", "month"), True),)

    class SettlementLine(Model):
        id = AutoField()
        settlement_id = BigIntegerField(index=True)
        kind = CharField(max_length=10)
        party = CharField(max_length=60)
        name = CharField(max_length=60)
        quantity = BigIntegerField()
        points = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_settlement_line"

    class SettlementPayment(Model):
        settlement_id = BigIntegerField(primary_key=True)
        paid_on = DateField()
        document = CharField(max_length=60)
        at = BigIntegerField()
        account_id = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_settlement_payment"

    class OddityNote(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        mark = CharField(max_length=80, index=True)
        text = CharField(max_length=500)
        settled = BooleanField()
        at = BigIntegerField()
        account_id = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_oddity_note"

    return [
        Price,
        HandOver,
        Return,
        ReturnLine,
        GoodsTransfer,
        GoodsTransferLine,
        Stocktake,
        StocktakeLine,
        Provider,
        ProviderStaff,
        Voucher,
        DayClose,
        Settlement,
        SettlementLine,
        SettlementPayment,
        OddityNote,
    ]


def up(migrator, db):
    for table, column, kind in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    db.create_tables(tables(db))
    db.execute_sql(
        "CREATE UNIQUE INDEX points_store_one_stocktake ON points_store_stocktake (store_id) "
        "WHERE confirmed_at IS NULL AND dropped_at IS NULL"
    )
    for statement in GO_ON:
        db.execute_sql(statement)
    for table, why in UNCHANGEABLE.items():
        refuse_changes(db, table, why)


def down(migrator, db):
    for table in UNCHANGEABLE:
        accept_changes(db, table)
    db.drop_tables(tables(db)[::-1])
    for table, column, _ in COLUMNS[::-1]:
        db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
