"""Spot checks (抽查): what was announced, how it was drawn, what was found. None of it is ever changed."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, IntegerField, TextField

from core.db import AreaModel, MomentField


class SpotCheck(AreaModel):
    """A spot check as it was announced: from which list, by which seed, when at the earliest.

    `population`: the list, one id a line; `list_hash` its SHA-256. `source`: where the public number comes
    from that is added when it is drawn; empty where none was agreed.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    kind = CharField(max_length=8)
    since = DateField()
    until = DateField()
    wanted = IntegerField(constraints=[Check("wanted > 0")])
    size = IntegerField()
    population = TextField()
    list_hash = CharField(max_length=64)
    seed = CharField(max_length=200)
    source = CharField(max_length=100, default="")
    draw_on = DateField()
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_check"


class CheckDraw(AreaModel):
    """That a spot check was drawn; once. `beacon`: the public number."""

    check_id = BigIntegerField(primary_key=True)
    area_code = CharField(max_length=15)
    beacon = CharField(max_length=100, default="")
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_check_draw"


class CheckItem(AreaModel):
    """What was drawn: an id of the list, its lot, its place among them (from 1). `label` says which it is."""

    id = AutoField()
    check_id = BigIntegerField()
    area_code = CharField(max_length=15)
    place = IntegerField()
    subject_id = BigIntegerField()
    label = CharField(max_length=40)
    lot = CharField(max_length=64)

    class Meta:
        table_name = "diary_check_item"
        indexes = ((("check_id", "place"), True), (("check_id", "subject_id"), True))


class CheckResult(AreaModel):
    """What somebody found of an item; a later line stands, the earlier ones stay."""

    id = AutoField()
    check_id = BigIntegerField(index=True)
    item_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    result = CharField(max_length=12)
    remark = CharField(max_length=500, default="")
    account_id = BigIntegerField()
    at = MomentField()

    class Meta:
        table_name = "diary_check_result"
