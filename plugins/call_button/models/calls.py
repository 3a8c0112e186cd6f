"""Presses as they came, calls they make, and what people did about each."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    IntegerField,
    TextField,
)

from core.db import AreaModel, BaseModel, MomentField

# A call rings until somebody takes it; whoever took it rings back or goes there; it ends with a result.
RINGING, ANSWERED, ARRIVED, DONE, CANCELLED = "ringing", "answered", "arrived", "done", "cancelled"
# What people do while they have it.
CALLING_BACK, ON_MY_WAY = "calling_back", "on_my_way"
UP, DOWN = "up", "down"


class Press(AreaModel):
    """A key that was pressed, once: `digest` is the same for a message that came twice.

    `meaning`: call, cancel, satisfied, dissatisfied, alarm, or unknown; `outcome`: what became of it
    (called, joined, counted, cancelled, rated, nothing, test); `pressed_at` by the clock of the device or its
    gateway, where it has one that can be believed (services.press_clocks).
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    device_id = BigIntegerField()
    digest = BlobField(unique=True)
    key = CharField(max_length=40)
    gesture = CharField(max_length=10)
    meaning = CharField(max_length=20)
    outcome = CharField(max_length=20)
    pressed_at = MomentField(null=True)
    received_at = MomentField()
    call_id = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "call_button_press"
        indexes = ((("device_id", "received_at"), False), (("area_code", "received_at"), False))


class Delivery(BaseModel):
    """A delivery of the broker that told of a press without a number: `digest` of its packet and content.

    The broker gives the same packet number when it sends the same message again.
    """

    id = AutoField()
    digest = BlobField(unique=True)
    press_id = BigIntegerField()
    at = MomentField(index=True)

    class Meta:
        table_name = "call_button_delivery"


class Call(AreaModel):
    """Somebody calls. At most one open call (ringing, answered, arrived) a device.

    `urgency` rises with each further press; `rung` is the step of the ladder that is being told, `climbs_at`
    when the next one is (null: nobody is left, or somebody has taken it). `changed` is a number that rises
    with every change of any call: what a board has seen. `rung_at`: when the press reached us; `pressed_at`:
    when it was made, only where it came late. `ended_at` is null exactly while it is open;
    `cancelled_at`: red was pressed; the call still counts. `follows_id`: the call of the same device that was
    over just before. `thumb` up or down; `asked`: the grid member was asked to ask. `wake_at`: when time has
    to look at it next (nobody took it, nobody rated it, its case could not be filed). `version` guards each
    step and is the number of its line in the history.
    """

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
    rung_at = MomentField()
    pressed_at = MomentField(null=True)
    rung = IntegerField(default=0)
    climbs_at = MomentField(null=True)
    taken_by = BigIntegerField(null=True)
    taken_how = CharField(max_length=20, default="")
    answered_at = MomentField(null=True)
    arrived_at = MomentField(null=True)
    ended_at = MomentField(null=True)
    cancelled_at = MomentField(null=True)
    reason = CharField(max_length=20, default="")
    result = CharField(max_length=500, default="")
    thumb = CharField(max_length=4, default="")
    thumbed_at = MomentField(null=True)
    asked = BooleanField(default=False)
    wake_at = MomentField(null=True)
    case_id = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "call_button_call"
        indexes = (
            (("area_code", "rung_at"), False),
            (("area_code", "changed"), False),
            (("device_id", "rung_at"), False),
        )


_OPEN = Call.ended_at.is_null()
Call.add_index(Call.index(Call.device_id, unique=True, where=_OPEN, safe=False, name="call_button_call_open"))
# Small: only what still rings has a moment at which it climbs, and few have one at which time looks at them.
Call.add_index(Call.index(Call.climbs_at, where=Call.climbs_at.is_null(False), safe=False))
Call.add_index(Call.index(Call.wake_at, where=Call.wake_at.is_null(False), safe=False))


class CallStep(BaseModel):
    """A line of a call's history; never changed. `account_id` null: the system, or the device."""

    id = AutoField()
    call_id = BigIntegerField()
    number = IntegerField()
    at = MomentField()
    deed = CharField(max_length=20)
    account_id = BigIntegerField(null=True)
    words = TextField(default="")

    class Meta:
        table_name = "call_button_call_step"
        indexes = ((("call_id", "number"), True),)


class Change(BaseModel):
    """The last number given to a change of a call: one row."""

    id = IntegerField(primary_key=True)
    number = BigIntegerField()

    class Meta:
        table_name = "call_button_change"


class Share(AreaModel):
    """A household lets an account outside its areas (a child who works elsewhere) read its calls."""

    id = AutoField()
    area_code = CharField(max_length=15)
    household_id = BigIntegerField(index=True)
    account_id = BigIntegerField(index=True)
    relation = CharField(max_length=20, default="")
    begun_at = MomentField()
    begun_by = BigIntegerField()
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "call_button_share"
