"""Supplies (物资) in the store of a village, town or county, with a ledger that only grows."""

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, IntegerField

from core.db import AreaModel, MomentField


class Supply(AreaModel):
    """An item in one store. `balance` is the sum of its entries; below `low_mark` it runs short."""

    id = AutoField()
    area_code = CharField(max_length=15)
    name = CharField(max_length=60)
    unit = CharField(max_length=10)
    place = CharField(max_length=100, default="")
    low_mark = IntegerField(default=0, constraints=[Check("low_mark >= 0")])
    balance = IntegerField(default=0, constraints=[Check("balance >= 0")])
    opened_at = MomentField()
    closed_at = MomentField(null=True)

    class Meta:
        table_name = "diary_supply"
        indexes = ((("area_code", "name"), False),)


Supply.add_index(
    Supply.index(
        Supply.area_code,
        Supply.name,
        unique=True,
        where=Supply.closed_at.is_null(),
        name="diary_supply_once",
    )
)


class SupplyEntry(AreaModel):
    """A line of the ledger; never changed. `quantity`: what came in is above zero, what went out below.

    `who`: from whom it came, or who received it; `for_kind`, `for_id`, `for_label`: the case, household or
    visit that it was for, or the item in the other store of a transfer; `corrects`: the line that a
    correction mends.
    """

    id = AutoField()
    supply_id = BigIntegerField()
    area_code = CharField(max_length=15)
    kind = CharField(max_length=10)
    quantity = IntegerField(constraints=[Check("quantity <> 0")])
    balance = IntegerField(constraints=[Check("balance >= 0")])
    who = CharField(max_length=60, default="")
    for_kind = CharField(max_length=10, default="")
    for_id = BigIntegerField(null=True)
    for_label = CharField(max_length=40, default="")
    corrects = BigIntegerField(null=True)
    note = CharField(max_length=200, default="")
    day = DateField()
    account_id = BigIntegerField(null=True)
    at = MomentField()

    class Meta:
        table_name = "diary_supply_entry"
        indexes = ((("supply_id", "id"), False), (("for_kind", "for_id"), False))
