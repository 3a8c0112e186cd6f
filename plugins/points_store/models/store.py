"""Stores, their clerks, products and stock."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, Check, CompositeKey, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class Store(AreaModel):
    """A village store (新风超市)."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    name = CharField(max_length=60)
    active = BooleanField(default=True)

    class Meta:
        table_name = "points_store_store"


class StoreClerk(BaseModel):
    """A clerk is bound to a store; a post alone does not open every till of the village."""

    store_id = BigIntegerField()
    account_id = BigIntegerField(index=True)

    class Meta:
        table_name = "points_store_store_clerk"
        primary_key = CompositeKey("store_id", "account_id")


class Product(BaseModel):
    """Goods (counted) or a service (`stock` null: not counted) at a price in points."""

    id = AutoField()
    store_id = BigIntegerField(index=True)
    name = CharField(max_length=60)
    kind = CharField(max_length=10)
    points = IntegerField(constraints=[Check("points > 0")])
    stock = BigIntegerField(null=True, constraints=[Check("stock IS NULL OR stock >= 0")])
    active = BooleanField(default=True)

    class Meta:
        table_name = "points_store_product"


class StockMove(BaseModel):
    """A change of stock: intake, count, redemption, reversal. Never changed afterwards."""

    id = AutoField()
    product_id = BigIntegerField(index=True)
    kind = CharField(max_length=12)
    quantity = BigIntegerField()
    stock_after = BigIntegerField()
    at = MomentField()
    account_id = BigIntegerField(null=True)
    note = CharField(max_length=200)

    class Meta:
        table_name = "points_store_stock_move"
