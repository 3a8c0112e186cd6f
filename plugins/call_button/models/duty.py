"""Who is on duty: shifts by area, and who is away."""

from peewee import AutoField, BigIntegerField, CharField, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class Shift(AreaModel):
    """An account has duty at a town's or village's desk on a day, from minute to minute of that day.

    `until` may lie beyond 1,440: the shift ends on the next day.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    day = DateField()
    since = IntegerField()
    until = IntegerField()
    account_id = BigIntegerField(index=True)
    set_by = BigIntegerField()
    set_at = MomentField()

    class Meta:
        table_name = "call_button_shift"
        indexes = ((("area_code", "day"), False),)


class Leave(BaseModel):
    """An account is away, both days inclusive; the ladder passes over it."""

    id = AutoField()
    account_id = BigIntegerField(index=True)
    since = DateField()
    until = DateField()
    reason = CharField(max_length=20, default="")
    set_by = BigIntegerField()
    set_at = MomentField()

    class Meta:
        table_name = "call_button_leave"
