"""The division tree: the code is the tree, each row is dated."""

from typing import Any

from peewee import CharField, DateField

from core.db import AreaModel


class Area(AreaModel):
    """A city, county, town, village or grid, valid from a date to a date (both inclusive).

    `successor_code`: the area that took its place when it was merged or redrawn, so that old
    codes stay readable and lead to the new one.
    """

    code = CharField(max_length=15, primary_key=True)
    name = CharField(max_length=60)
    level = CharField(max_length=10)
    valid_from = DateField()
    valid_to = DateField(null=True)
    successor_code = CharField(max_length=15, null=True)

    class Meta:
        table_name = "areas_area"

    @classmethod
    def area_column(cls) -> Any:
        """An area belongs to itself."""
        return cls.code
