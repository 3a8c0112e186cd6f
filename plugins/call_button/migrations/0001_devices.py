"""Tables of devices, contacts, unknown devices, refused messages, test days."""

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


def tables(db):
    class Device(Model):
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
        state = CharField(max_length=10, default="active")
        registered_at = BigIntegerField()
        registered_by = BigIntegerField()
        replaces = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        ended_why = CharField(max_length=120, default="")
        seen_at = BigIntegerField(null=True)
        battery = IntegerField(null=True)
        link = IntegerField(null=True)
        online = BooleanField(null=True)
        alarm = CharField(max_length=40, default="")
        alarm_at = BigIntegerField(null=True)
        tested_at = BigIntegerField(null=True)
        silent_since = BigIntegerField(null=True)
        silence_case_id = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "call_button_device"
            indexes = ((("area_code", "state"), False),)

    class DeviceContact(Model):
        id = AutoField()
        device_id = BigIntegerField(index=True)
        position = IntegerField()
        relation = CharField(max_length=20)
        name = BlobField()
        phone = BlobField()

        class Meta:
            database = db
            table_name = "call_button_contact"

    class UnknownDevice(Model):
        id = AutoField()
        driver = CharField(max_length=81)
        source = CharField(max_length=120)
        model = CharField(max_length=60, default="")
        last_key = CharField(max_length=40, default="")
        presses = IntegerField(default=0)
        first_at = BigIntegerField()
        last_at = BigIntegerField(index=True)
        pressed_at = BigIntegerField(null=True, index=True)

        class Meta:
            database = db
            table_name = "call_button_unknown_device"
            indexes = ((("driver", "source"), True),)

    class RefusedMessage(Model):
        id = AutoField()
        at = BigIntegerField(index=True)
        driver = CharField(max_length=81)
        topic = CharField(max_length=200)
        source = CharField(max_length=120, default="")
        why = CharField(max_length=40, index=True)
        detail = CharField(max_length=200, default="")
        payload = BlobField()
        times = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "call_button_refused_message"
            indexes = ((("source", "at"), False),)

    class TestDay(Model):
        id = AutoField()
        area_code = CharField(max_length=15)
        begins_at = BigIntegerField()
        ends_at = BigIntegerField(index=True)
        set_by = BigIntegerField()

        class Meta:
            database = db
            table_name = "call_button_test_day"
            indexes = ((("area_code", "begins_at"), False),)

    active = Device.state == "active"
    Device.add_index(Device.index(Device.driver, Device.source, unique=True, where=active, safe=False))
    Device.add_index(Device.index(Device.seen_at, where=active, safe=False))

    return [Device, DeviceContact, UnknownDevice, RefusedMessage, TestDay]


def up(migrator, db):
    db.create_tables(tables(db))


def down(migrator, db):
    db.drop_tables(tables(db))
