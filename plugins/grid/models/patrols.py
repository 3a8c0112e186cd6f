"""Patrols (网格巡查): when, how long, what was found; points to check in at; where somebody was."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    DateField,
    FloatField,
    IntegerField,
)

from core.db import AreaModel, MomentField

# How a patrol ended: by its member, or by the nightly job at its last sign of life.
FINISHED, BY_NIGHT = "finished", "night"


class Patrol(AreaModel):
    """One round through a grid. `minutes` are counted at its end; `last_seen_at`: its last sign of life."""

    id = AutoField()
    area_code = CharField(max_length=15)
    account_id = BigIntegerField()
    day = DateField()
    started_at = MomentField()
    last_seen_at = MomentField()
    finished_at = MomentField(null=True)
    ended = CharField(max_length=10, default="")
    minutes = IntegerField(default=0, constraints=[Check("minutes >= 0")])
    findings = IntegerField(default=0)
    note = CharField(max_length=1000, default="")

    class Meta:
        table_name = "grid_patrol"
        # The month of an area is answered by the first index alone.
        indexes = ((("area_code", "day", "minutes", "findings"), False), (("account_id", "day"), False))


# Nobody walks two rounds at once.
Patrol.add_index(
    Patrol.index(Patrol.account_id, unique=True, where=(Patrol.ended == ""), name="grid_patrol_one_under_way")
)


class PatrolFinding(AreaModel):
    """A case that a patrol led to."""

    id = AutoField()
    patrol_id = BigIntegerField(index=True)
    case_id = BigIntegerField(unique=True)
    area_code = CharField(max_length=15)
    at = MomentField()

    class Meta:
        table_name = "grid_patrol_finding"


class PatrolPoint(AreaModel):
    """A place that is to be seen: a QR code hangs there, or its position is known. Retired, never deleted."""

    id = AutoField()
    code = CharField(max_length=8, unique=True)
    area_code = CharField(max_length=15, index=True)
    name = CharField(max_length=60)
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)
    position = IntegerField(default=0)
    created_at = MomentField()
    retired_at = MomentField(null=True)

    class Meta:
        table_name = "grid_patrol_point"


class PatrolCheck(AreaModel):
    """Somebody was at a point. `doubt` says why it may not be so; it is shown, not punished. Append-only."""

    id = AutoField()
    patrol_id = BigIntegerField(index=True)
    point_id = BigIntegerField()
    area_code = CharField(max_length=15)
    day = DateField()
    at = MomentField()
    how = CharField(max_length=10)
    latitude = FloatField(null=True)
    longitude = FloatField(null=True)
    accuracy = IntegerField(null=True)
    metres = IntegerField(null=True)
    mocked = BooleanField(default=False)
    doubt = CharField(max_length=10, default="")

    class Meta:
        table_name = "grid_patrol_check"
        indexes = ((("area_code", "day", "point_id"), False),)


class PatrolPlace(AreaModel):
    """A place on the way, only where the county names the ground for tracks; forgotten after some months."""

    id = AutoField()
    patrol_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    at = MomentField(index=True)
    latitude = FloatField()
    longitude = FloatField()
    accuracy = IntegerField(null=True)
    mocked = BooleanField(default=False)
    doubt = CharField(max_length=10, default="")

    class Meta:
        table_name = "grid_patrol_place"
