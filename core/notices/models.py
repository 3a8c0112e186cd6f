"""Messages in people's inboxes, and what is on its way to the outside."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField

WAITING, SENT, MERGED, FAILED, UNREACHABLE = "waiting", "sent", "merged", "failed", "unreachable"


class Notice(BaseModel):
    """One message in one inbox. `text` is a text of the catalogue, `params` its values as JSON."""

    id = AutoField()
    account_id = BigIntegerField()
    kind = CharField(max_length=80)
    text = TextField()
    params = TextField()
    subject = CharField(max_length=80)
    url = CharField(max_length=300)
    urgent = BooleanField()
    created_at = MomentField(index=True)
    read_at = MomentField(null=True)

    class Meta:
        table_name = "notices_notice"
        indexes = ((("account_id", "read_at"), False), (("account_id", "id"), False))


class Sending(AreaModel):
    """One message on its way out: to an account's phone, or to a group (`target`, a robot's name).

    It holds no name and no phone: those are read when it is sent. `state`: waiting (until `due_at`), sent,
    merged (into another one), failed, unreachable (nobody's phone is known).
    """

    id = AutoField()
    channel = CharField(max_length=40)
    account_id = BigIntegerField(null=True)
    target = CharField(max_length=40)
    kind = CharField(max_length=80)
    number = CharField(max_length=40)
    url = CharField(max_length=300)
    urgent = BooleanField()
    area_code = CharField(max_length=15)
    state = CharField(max_length=12)
    tries = IntegerField()
    created_at = MomentField(index=True)
    due_at = MomentField()
    tried_at = MomentField(null=True)
    done_at = MomentField(null=True)
    error = CharField(max_length=300)

    class Meta:
        table_name = "notices_sending"
        indexes = ((("state", "due_at"), False), (("channel", "tried_at"), False))
