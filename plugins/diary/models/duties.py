"""The responsibility list (责任清单): each matter with its unit, person and day."""

from peewee import AutoField, BigIntegerField, CharField, DateField

from core.db import AreaModel, MomentField
from plugins.diary.meeting_words import OPEN


class Duty(AreaModel):
    """A matter that somebody answers for; from a resolution, or put on the list by hand."""

    id = AutoField()
    area_code = CharField(max_length=15)
    matter = CharField(max_length=500)
    unit = CharField(max_length=60, default="")
    person_name = CharField(max_length=60, default="")
    account_id = BigIntegerField(null=True)
    due = DateField()
    state = CharField(max_length=6)
    meeting_id = BigIntegerField(null=True, index=True)
    resolution_id = BigIntegerField(null=True, unique=True)
    case_id = BigIntegerField(null=True)
    done_on = DateField(null=True)
    done_note = CharField(max_length=500, default="")
    set_by = BigIntegerField()
    set_at = MomentField()

    class Meta:
        table_name = "diary_duty"
        indexes = (
            (("area_code", "state", "due"), False),
            (("state", "due", "area_code"), False),
        )


# What waits for one person, asked for at each of their mornings.
Duty.add_index(Duty.index(Duty.account_id, Duty.due, where=(Duty.state == OPEN), name="diary_duty_own"))
