"""Who is told of events, and every message to them."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    CharField,
    FloatField,
    IntegerField,
    Model,
    TextField,
)


def tables(db):
    class Subscription(Model):
        id = AutoField()
        title = CharField(max_length=60)
        url = CharField(max_length=500)
        events = TextField()
        area_code = CharField(max_length=15, index=True)
        secret_sealed = BlobField()
        old_secret_sealed = BlobField(null=True)
        old_until = BigIntegerField(null=True)
        state = CharField(max_length=10)
        why_off = CharField(max_length=200)
        paused_until = BigIntegerField(null=True)
        created_by = BigIntegerField(null=True)
        created_at = BigIntegerField()
        succeeded_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "webhooks_subscription"

    class Delivery(Model):
        id = AutoField()
        subscription_id = BigIntegerField()
        event_id = BigIntegerField()
        message_id = CharField(max_length=40)
        kind = CharField(max_length=81)
        body = TextField()
        state = CharField(max_length=10)
        tries = IntegerField()
        created_at = BigIntegerField(index=True)
        due_at = BigIntegerField()
        tried_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)
        status = IntegerField()
        seconds = FloatField(null=True)
        error = CharField(max_length=300)

        class Meta:
            database = db
            table_name = "webhooks_delivery"
            indexes = (
                (("subscription_id", "event_id", "message_id"), True),
                (("state", "due_at"), False),
                (("subscription_id", "id"), False),
            )

    return [Subscription, Delivery]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
