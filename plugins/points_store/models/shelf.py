"""Goods that go from store to store, and shelves that are counted as a whole."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, Check, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class GoodsTransfer(AreaModel):
    """Goods on their way from one store (`area_code` is its village) to another one."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    to_area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField(index=True)
    to_store_id = BigIntegerField(index=True)
    sent_at = MomentField()
    sent_by = BigIntegerField()
    note = CharField(max_length=200)
    received_at = MomentField(null=True)
    received_by = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_goods_transfer"


class GoodsTransferLine(BaseModel):
    """A product of a transfer: how many were sent, how many arrived, and why that differs.

    `best_before`: the last good day of the oldest of them.
    """

    id = AutoField()
    goods_transfer_id = BigIntegerField(index=True)
    product_id = BigIntegerField()
    name = CharField(max_length=60)
    quantity = IntegerField(constraints=[Check("quantity > 0")])
    received = IntegerField(null=True)
    to_product_id = BigIntegerField(null=True)
    reason = CharField(max_length=200, default="")
    best_before = DateField(null=True)

    class Meta:
        table_name = "points_store_goods_transfer_line"


class Stocktake(AreaModel):
    """A whole shelf counted by one person; the stock changes when a second one has confirmed it."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField(index=True)
    counted_at = MomentField()
    counted_by = BigIntegerField()
    counted_person_id = BigIntegerField(null=True)
    confirmed_at = MomentField(null=True)
    confirmed_by = BigIntegerField(null=True)
    dropped_at = MomentField(null=True)

    class Meta:
        table_name = "points_store_stocktake"

    @classmethod
    def is_open(cls) -> Any:
        """The condition that a stocktake waits for its second person."""
        return cls.confirmed_at.is_null() & cls.dropped_at.is_null()


class StocktakeLine(BaseModel):
    """A product as it was counted, beside what the book said at that moment."""

    id = AutoField()
    stocktake_id = BigIntegerField(index=True)
    product_id = BigIntegerField()
    name = CharField(max_length=60)
    expected = BigIntegerField()
    counted = BigIntegerField(constraints=[Check("counted >= 0")])
    reason = CharField(max_length=200)

    class Meta:
        table_name = "points_store_stocktake_line"


# Only one count of a shelf is open at a time.
Stocktake.add_index(
    Stocktake.index(
        Stocktake.store_id, unique=True, where=Stocktake.is_open(), name="points_store_one_stocktake"
    )
)
