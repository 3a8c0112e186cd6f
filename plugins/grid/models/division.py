"""Boundaries of grids and villages, and each change of a division."""

from peewee import AutoField, BigIntegerField, CharField, DateField, TextField

from core.db import AreaModel, MomentField


class Boundary(AreaModel):
    """The border of a grid (15 digits) or the outline of a village (12), from a day on.

    `geometry`: a GeoJSON polygon in `datum` (wgs84 or gcj02); `until`: the first day on which it holds
    no longer; `source`: drawn, imported, split, merged or seed.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    geometry = TextField()
    datum = CharField(max_length=5)
    source = CharField(max_length=10)
    since = DateField()
    until = DateField(null=True)
    account_id = BigIntegerField(null=True)
    recorded_at = MomentField()

    class Meta:
        table_name = "grid_boundary"
        indexes = ((("area_code", "until"), False),)


class Change(AreaModel):
    """A split, merge, redraw, opening of a grid (`kind`), effective from `day`; `area_code` is the village.

    `plan` is what to do, as JSON, for one that waits for its day (`state` planned); `figures` the sums
    before and after, as JSON, of one that is done. `code` says why a planned one failed.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    kind = CharField(max_length=10)
    day = DateField()
    state = CharField(max_length=10)
    plan = TextField()
    figures = TextField(default="")
    code = CharField(max_length=60, default="")
    account_id = BigIntegerField(null=True)
    recorded_at = MomentField()
    done_at = MomentField(null=True)

    class Meta:
        table_name = "grid_change"
