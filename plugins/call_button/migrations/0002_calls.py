"""Tables of presses, calls, their steps, shares."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    IntegerField,
    Model,
    TextField,
)

from core.migrations import accept_changes, refuse_changes


def tables(db):
    class Press(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        device_id = BigIntegerField()
        digest = BlobField(unique=True)
        key = CharField(max_length=40)
        gesture = CharField(max_length=10)
        meaning = CharField(max_length=20)
        outcome = CharField(max_length=20)
        pressed_at = BigIntegerField(null=True)
        received_at = BigIntegerField()
        call_id = BigIntegerField(null=True, index=True)

        class Meta:
            database = db
            table_name = "call_button_press"
            indexes = ((("device_id", "received_at"), False), (("area_code", "received_at"), False))

    class Call(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        device_id = BigIntegerField()
        household_id = BigIntegerField(index=True)
        follows_id = BigIntegerField(null=True)
        kind = CharField(max_length=10)
        state = CharField(max_length=10)
        urgency = IntegerField(default=1)
        version = IntegerField(default=1)
        changed = BigIntegerField(index=True)
        rung_at = BigIntegerField()
        rung = IntegerField(default=0)
        climbs_at = BigIntegerField(null=True)
        taken_by = BigIntegerField(null=True)
        taken_how = CharField(max_length=20, default="")
        answered_at = BigIntegerField(null=True)
        arrived_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        cancelled_at = BigIntegerField(null=True)
        reason = CharField(max_length=20, default="")
        result = CharField(max_length=500, default="")
        thumb = CharField(max_length=4, default="")
        thumbed_at = BigIntegerField(null=True)
        asked = BooleanField(default=False)
        wake_at = BigIntegerField(null=True)
        case_id = BigIntegerField(null=True, index=True)

        class Meta:
            database = db
            table_name = "call_button_call"
            indexes = (
                (("area_code", "rung_at"), False),
                (("area_code", "changed"), False),
                (("device_id", "rung_at"), False),
            )

    class CallStep(Model):
        id = AutoField()
        call_id = BigIntegerField()
        number = IntegerField()
        at = BigIntegerField()
        deed = CharField(max_length=20)
        account_id = BigIntegerField(null=True)
        words = TextField(default="")

        class Meta:
            database = db
            table_name = "call_button_call_step"
            indexes = ((("call_id", "number"), True),)

    class Change(Model):
        id = IntegerField(primary_key=True)
        number = BigIntegerField()

        class Meta:
            database = db
            table_name = "call_button_change"

    class Share(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        household_id = BigIntegerField(index=True)
        account_id = BigIntegerField(index=True)
        relation = CharField(max_length=20, default="")
        begun_at = BigIntegerField()
        begun_by = BigIntegerField()
        ended_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "call_button_share"

    is_open = Call.ended_at.is_null()
    Call.add_index(
        Call.index(Call.device_id, unique=True, where=is_open, safe=False, name="call_button_call_open")
    )
    Call.add_index(Call.index(Call.climbs_at, where=Call.climbs_at.is_null(False), safe=False))
    Call.add_index(Call.index(Call.wake_at, where=Call.wake_at.is_null(False), safe=False))

    return [Press, Call, CallStep, Change, Share]


def up(migrator, db):
    made = tables(db)
    db.create_tables(made)
    made[3].insert(id=1, number=0).execute()
    refuse_changes(db, "call_button_call_step", "call_button_call_step: a line is never changed")


def down(migrator, db):
    accept_changes(db, "call_button_call_step")
    db.drop_tables(tables(db))
