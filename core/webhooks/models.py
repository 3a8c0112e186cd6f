"""Who is told of events, and every message to them. Secrets are sealed."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, FloatField, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField

WAITING, SENT, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"
ON, OFF, GONE = "on", "off", "gone"


class Subscription(AreaModel):
    """Another system that is told of `events` (a JSON list of kinds) in `area_code` and below.

    `state`: on; off (by a person, or after days without an answer); gone (it answered 410). Until
    `paused_until` nothing is sent: it did not answer, or asked to be left alone. `old_secret_sealed` signs
    too until `old_until`.
    """

    id = AutoField()
    title = CharField(max_length=60)
    url = CharField(max_length=500)
    events = TextField()
    area_code = CharField(max_length=15, index=True)
    secret_sealed = BlobField()
    old_secret_sealed = BlobField(null=True)
    old_until = MomentField(null=True)
    state = CharField(max_length=10)
    why_off = CharField(max_length=200)
    paused_until = MomentField(null=True)
    created_by = BigIntegerField(null=True)
    created_at = MomentField()
    succeeded_at = MomentField(null=True)

    class Meta:
        table_name = "webhooks_subscription"


class Delivery(BaseModel):
    """One message to one subscription. `status` is what was answered last, 0 for no answer."""

    id = AutoField()
    subscription_id = BigIntegerField()
    event_id = BigIntegerField()
    message_id = CharField(max_length=40)
    kind = CharField(max_length=81)
    body = TextField()
    state = CharField(max_length=10)
    tries = IntegerField()
    created_at = MomentField(index=True)
    due_at = MomentField()
    tried_at = MomentField(null=True)
    done_at = MomentField(null=True)
    status = IntegerField()
    seconds = FloatField(null=True)
    error = CharField(max_length=300)

    class Meta:
        table_name = "webhooks_delivery"
        indexes = (
            (("subscription_id", "event_id", "message_id"), True),
            (("state", "due_at"), False),
            (("subscription_id", "id"), False),
        )
