"""Who works in which grid, who stands in for whom, and what came in by a table."""

from peewee import AutoField, BigIntegerField, CharField, DateField, IntegerField

from core.db import AreaModel, MomentField


class Staff(AreaModel):
    """A post of 1+1+N: `role` leader, member or assistant of the grid `area_code`, both days inclusive.

    `capacity`: as what the person serves (village cadre, head of a villagers' group, party member, ...).
    `phone`: a number that the person lets the village post up. `account_id`, `post_id`: the log-in that
    the post was given to, where there is one. Ended, never deleted.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    role = CharField(max_length=10)
    person_id = BigIntegerField(index=True)
    capacity = CharField(max_length=20)
    phone = CharField(max_length=20, default="")
    account_id = BigIntegerField(null=True, index=True)
    post_id = BigIntegerField(null=True)
    since = DateField()
    until = DateField(null=True)
    ended_why = CharField(max_length=20, default="")
    batch_id = BigIntegerField(null=True, index=True)
    recorded_at = MomentField()

    class Meta:
        table_name = "grid_staff"
        indexes = ((("area_code", "until"), False),)


class Cover(AreaModel):
    """Somebody stands in for the holder of a post (`staff_id`) from a day to a day, both inclusive."""

    id = AutoField()
    area_code = CharField(max_length=15)
    staff_id = BigIntegerField(index=True)
    person_id = BigIntegerField(index=True)
    account_id = BigIntegerField(null=True, index=True)
    post_id = BigIntegerField(null=True)
    reason = CharField(max_length=20)
    since = DateField()
    until = DateField()
    recorded_at = MomentField()

    class Meta:
        table_name = "grid_cover"
        indexes = ((("area_code", "until"), False),)


class Batch(AreaModel):
    """A table of staff that was imported; undone as a whole or not at all."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    digest = CharField(max_length=64)
    rows = IntegerField()
    account_id = BigIntegerField(null=True)
    imported_at = MomentField()
    undone_at = MomentField(null=True)

    class Meta:
        table_name = "grid_batch"
