"""By what points are earned: rules."""

from peewee import AutoField, BooleanField, CharField, Check, IntegerField

from core.db import AreaModel


class Rule(AreaModel):
    """For which civic act a village credits how many points (from..to)."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    title = CharField(max_length=60)
    points_min = IntegerField(constraints=[Check("points_min > 0")])
    points_max = IntegerField(constraints=[Check("points_max >= points_min")])
    active = BooleanField(default=True)

    class Meta:
        table_name = "points_store_rule"
