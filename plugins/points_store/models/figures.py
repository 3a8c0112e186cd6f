"""Figures kept beside the ledger so that no page adds it up."""

from peewee import BigIntegerField, CharField, CompositeKey, DateField, IntegerField

from core.db import AreaModel


class DayFigure(AreaModel):
    """What a village booked on a day, by kind of booking: kept from events, equal to the ledger."""

    area_code = CharField(max_length=15)
    day = DateField()
    kind = CharField(max_length=12)
    bookings = IntegerField()
    points = BigIntegerField()

    class Meta:
        table_name = "points_store_day"
        primary_key = CompositeKey("area_code", "day", "kind")
