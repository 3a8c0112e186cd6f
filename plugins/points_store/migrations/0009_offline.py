"""Devices that work without a line, what they may spend, what they spent; how a redemption was confirmed."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    CharField,
    Check,
    DateField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes

ENTRY = "points_store_offline_entry"


def tables(db):
    class Device(Model):
        id = AutoField()
        mark = CharField(max_length=16, unique=True)
        area_code = CharField(max_length=15, index=True)
        store_id = BigIntegerField(index=True)
        account_id = BigIntegerField()
        person_id = BigIntegerField(null=True)
        household_id = BigIntegerField(null=True)
        name = CharField(max_length=40)
        public_key = BlobField()
        asked_at = BigIntegerField()
        approved_at = BigIntegerField(null=True)
        approved_by = BigIntegerField(null=True)
        stopped_at = BigIntegerField(null=True)
        stopped_by = BigIntegerField(null=True)
        stopped_why = CharField(max_length=8, null=True)
        seen_at = BigIntegerField(null=True)
        drift = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_device"

    class Reservation(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        device_id = BigIntegerField(index=True)
        store_id = BigIntegerField()
        at = BigIntegerField()
        expires_at = BigIntegerField()
        grace_until = BigIntegerField()
        shelf = TextField()

        class Meta:
            database = db
            table_name = "points_store_reservation"

    class Quota(Model):
        id = AutoField()
        mark = CharField(max_length=12, unique=True)
        area_code = CharField(max_length=15)
        reservation_id = BigIntegerField(index=True)
        device_id = BigIntegerField(index=True)
        store_id = BigIntegerField()
        wallet_id = BigIntegerField(index=True)
        points = BigIntegerField(constraints=[Check("points > 0")])
        spent = BigIntegerField(default=0, constraints=[Check("spent >= 0 AND spent <= points")])
        grace_until = BigIntegerField()
        released_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "points_store_quota"

    class OfflineEntry(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        device_id = BigIntegerField()
        seq = IntegerField(constraints=[Check("seq > 0")])
        wallet_id = BigIntegerField(null=True, index=True)
        points = BigIntegerField()
        text = TextField()
        hash = CharField(max_length=64)
        previous = CharField(max_length=64)
        signature = BlobField()
        claimed_at = BigIntegerField()
        received_at = BigIntegerField()
        drift = BigIntegerField()
        state = CharField(max_length=8)
        reason = CharField(max_length=16)
        redemption_id = BigIntegerField(null=True, unique=True)

        class Meta:
            database = db
            table_name = ENTRY
            indexes = ((("device_id", "seq"), True),)

    class OfflineConflict(Model):
        id = AutoField()
        area_code = CharField(max_length=15, index=True)
        device_id = BigIntegerField()
        seq = IntegerField()
        hash = CharField(max_length=64)
        wallet_id = BigIntegerField(null=True)
        points = BigIntegerField()
        reason = CharField(max_length=16)
        text = TextField()
        at = BigIntegerField()
        outcome = CharField(max_length=8, null=True)
        redemption_id = BigIntegerField(null=True)
        settled_at = BigIntegerField(null=True)
        settled_by = BigIntegerField(null=True)
        note = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "points_store_offline_conflict"
            indexes = ((("device_id", "seq", "hash"), True),)

    class Confirmation(Model):
        redemption_id = BigIntegerField(primary_key=True)
        wallet_id = BigIntegerField()
        day = DateField()
        points = BigIntegerField()

        class Meta:
            database = db
            table_name = "points_store_confirmation"
            indexes = ((("wallet_id", "day"), False),)

    return [Device, Reservation, Quota, OfflineEntry, OfflineConflict, Confirmation]


def up(migrator, db):
    db.create_tables(tables(db))
    quota = "points_store_quota"
    db.execute_sql(
        f"CREATE UNIQUE INDEX points_store_one_quota ON {quota} (device_id, wallet_id) "
        "WHERE released_at IS NULL"
    )
    db.execute_sql(f"CREATE INDEX points_store_open_quota ON {quota} (grace_until) WHERE released_at IS NULL")
    refuse_changes(db, ENTRY, f"{ENTRY}: what a device signed is kept as it came")


def down(migrator, db):
    accept_changes(db, ENTRY)
    db.drop_tables(tables(db)[::-1])
