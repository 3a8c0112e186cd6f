"""Callers and other devices in homes, those that nobody has paired yet, and messages that were refused."""

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

ACTIVE, REVOKED, REPLACED = "active", "revoked", "replaced"


class Device(AreaModel):
    """A device that hangs in a household's home. At most one active row an address (`driver`, `source`).

    `kind` button, smoke, door or fall; `place` in the home; `keys` as JSON: key of the model -> meaning
    where it differs from the county's. `secret` (sealed) signs what the device sends by HTTP; `sequence` is
    the last number it used. `person_id`: whom to expect, where it is not the whole household. `seen_at`:
    anything was heard; `clock_right_at`: when its own or its gateway's clock was last right;
    `silent_since`: it counts as unavailable; `silence_case_id` the open case made of it,
    or of a weak battery. `replaces`: the device that hung there before, whose history goes on.
    `alarm`, since `alarm_at`: what a smoke, door or fall sensor last said, until it says that it is over.
    Revoked, never deleted.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    household_id = BigIntegerField(index=True)
    person_id = BigIntegerField(null=True)
    kind = CharField(max_length=10)
    driver = CharField(max_length=81)
    model = CharField(max_length=60)
    source = CharField(max_length=120, index=True)
    serial = CharField(max_length=60, default="")
    place = CharField(max_length=60, default="")
    keys = TextField(default="")
    secret = BlobField(null=True)
    sequence = BigIntegerField(default=0)
    state = CharField(max_length=10, default=ACTIVE)
    registered_at = MomentField()
    registered_by = BigIntegerField()
    replaces = BigIntegerField(null=True)
    ended_at = MomentField(null=True)
    ended_why = CharField(max_length=120, default="")
    seen_at = MomentField(null=True)
    battery = IntegerField(null=True)
    link = IntegerField(null=True)
    online = BooleanField(null=True)
    alarm = CharField(max_length=40, default="")
    alarm_at = MomentField(null=True)
    tested_at = MomentField(null=True)
    clock_right_at = MomentField(null=True)
    silent_since = MomentField(null=True)
    silence_case_id = BigIntegerField(null=True)

    class Meta:
        table_name = "call_button_device"
        indexes = ((("area_code", "state"), False),)


Device.add_index(
    Device.index(Device.driver, Device.source, unique=True, where=Device.state == ACTIVE, safe=False)
)
# Small: those that are working and have not been heard of for longest come first.
Device.add_index(Device.index(Device.seen_at, where=Device.state == ACTIVE, safe=False))


class DeviceContact(BaseModel):
    """Whom to ring besides, in order: a child, a neighbour. Name and phone are sealed."""

    id = AutoField()
    device_id = BigIntegerField(index=True)
    position = IntegerField()
    relation = CharField(max_length=20)
    name = BlobField()
    phone = BlobField()

    class Meta:
        table_name = "call_button_contact"


class UnknownDevice(BaseModel):
    """An address that was heard of and belongs to no device: to be paired by "press a key now"."""

    id = AutoField()
    driver = CharField(max_length=81)
    source = CharField(max_length=120)
    model = CharField(max_length=60, default="")
    last_key = CharField(max_length=40, default="")
    presses = IntegerField(default=0)
    first_at = MomentField()
    last_at = MomentField(index=True)
    pressed_at = MomentField(null=True, index=True)

    class Meta:
        table_name = "call_button_unknown_device"
        indexes = ((("driver", "source"), True),)


class RefusedMessage(BaseModel):
    """A message that was not obeyed, and why: retained, forged, too old, of a revoked device, unreadable.

    Few of one source, reason and hour are kept whole; further ones count up `times` of the last.
    """

    id = AutoField()
    at = MomentField(index=True)
    driver = CharField(max_length=81)
    topic = CharField(max_length=200)
    source = CharField(max_length=120, default="")
    why = CharField(max_length=40, index=True)
    detail = CharField(max_length=200, default="")
    payload = BlobField()
    times = IntegerField(default=1)

    class Meta:
        table_name = "call_button_refused_message"
        indexes = ((("source", "at"), False),)


class TestDay(AreaModel):
    """A day on which everybody of a village is asked to press once, and presses ring nowhere."""

    id = AutoField()
    area_code = CharField(max_length=15)
    begins_at = MomentField()
    ends_at = MomentField(index=True)
    set_by = BigIntegerField()

    class Meta:
        table_name = "call_button_test_day"
        indexes = ((("area_code", "begins_at"), False),)
