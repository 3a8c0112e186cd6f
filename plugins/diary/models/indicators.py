"""Development indicators (发展指标): the county's own list, and figures by village and period in versions."""

from peewee import AutoField, BigIntegerField, CharField, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class Indicator(BaseModel):
    """An indicator that the county added to the usual ones. `unit`: what is counted (万元, 件, %)."""

    id = AutoField()
    title = CharField(max_length=30)
    unit = CharField(max_length=10)
    account_id = BigIntegerField(null=True)
    added_at = MomentField()
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "diary_indicator"


Indicator.add_index(
    Indicator.index(
        Indicator.title, unique=True, where=Indicator.ended_at.is_null(), name="diary_indicator_title"
    )
)


class IndicatorValue(AreaModel):
    """A figure of a village and period, as one version of it. Never changed: a correction is a new version.

    `indicator`: a code of `words.INDICATORS`, or `own:ID`; `period`: 2026, 2026-Q1 or 2026-03; `hundredths`:
    the value times 100; `document`, `person`, `day`: the source.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    indicator = CharField(max_length=20)
    period = CharField(max_length=7)
    version = IntegerField()
    hundredths = BigIntegerField()
    document = CharField(max_length=100)
    person = CharField(max_length=60)
    day = DateField()
    reason = CharField(max_length=200, default="")
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_indicator_value"
        indexes = ((("area_code", "indicator", "period", "version"), True),)
