"""Tables: meals, and how many a village has served in a month. Names begin with the plugin's."""

from peewee import AutoField, BigIntegerField, CharField, DateField, IntegerField

from core.db import AreaModel, MomentField


class Meal(AreaModel):
    """A meal of somebody on a day. It lies where the household is registered: a village or a grid of it."""

    id = AutoField()
    area_code = CharField(max_length=15)
    household_id = BigIntegerField(index=True)
    person_id = BigIntegerField()
    day = DateField()
    account_id = BigIntegerField()
    at = MomentField()
    fetched_at = MomentField(null=True)

    class Meta:
        table_name = "elder_meals_meal"
        indexes = ((("person_id", "day"), True), (("day", "area_code"), False))


class MonthCount(AreaModel):
    """How many meals of a village were fetched in a month: kept by the listener, so that no page counts."""

    id = AutoField()
    area_code = CharField(max_length=15)
    month = CharField(max_length=7)
    meals = IntegerField(default=0)

    class Meta:
        table_name = "elder_meals_month"
        indexes = ((("area_code", "month"), True),)
