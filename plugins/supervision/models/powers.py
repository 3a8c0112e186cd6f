"""The power list (小微权力清单) of the county, its versions, and where each item is switched on."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField

_CLASS = Check("power_class IN ('party', 'assets', 'works', 'subsidies', 'deliberation', 'others')")


class PowerItem(BaseModel):
    """An item of the county's list. `code` and `power_class` never change; `until`: the last day it holds."""

    id = AutoField()
    code = CharField(max_length=20, unique=True)
    power_class = CharField(max_length=12, constraints=[_CLASS])
    until = DateField(null=True)
    why_ended = CharField(max_length=200, default="")

    class Meta:
        table_name = "supervision_power"


class PowerVersion(BaseModel):
    """What an item says from a day on; the database refuses to change it. The next version takes its place.

    `steps`: canonical JSON, a list of objects with title, who, documents, days, back_to, back_when;
    `ground`: law and article, empty where the county has not filled it in; `note`: what changed.
    """

    id = AutoField()
    power_id = BigIntegerField()
    number = IntegerField()
    valid_from = DateField()
    title = CharField(max_length=80)
    post = CharField(max_length=60)
    ground = CharField(max_length=300, default="")
    steps = TextField()
    note = CharField(max_length=200, default="")
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "supervision_power_version"
        indexes = ((("power_id", "number"), True),)


class VillagePower(AreaModel):
    """An item in use in a village, from a day to a day (both included)."""

    id = AutoField()
    area_code = CharField(max_length=15)
    power_id = BigIntegerField()
    since = DateField()
    until = DateField(null=True)
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "supervision_village_power"
        indexes = ((("area_code", "power_id", "since"), True),)
