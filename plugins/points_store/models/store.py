"""Stores, their clerks, products and stock."""

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DateField,
    IntegerField,
)

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
    """Goods (counted) or a service (`stock` null: not counted) at a price in points.

    `points_since`: the last change of price, null while it never changed (earlier prices: `Price`).
    `donor`: who gave the goods, empty for the store's own; never changed. `provider_id`: who renders a
    service against a voucher. `best_before`: the last good day of the oldest pieces on the shelf.
    """

    id = AutoField()
    store_id = BigIntegerField(index=True)
    name = CharField(max_length=60)
    kind = CharField(max_length=10)
    points = IntegerField(constraints=[Check("points > 0")])
    stock = BigIntegerField(null=True, constraints=[Check("stock IS NULL OR stock >= 0")])
    active = BooleanField(default=True)
    points_since = MomentField(null=True)
    donor = CharField(max_length=60, default="")
    provider_id = BigIntegerField(null=True)
    reorder_at = IntegerField(null=True)
    best_before = DateField(null=True)

    class Meta:
        table_name = "points_store_product"


class Price(BaseModel):
    """What a product cost until a moment, written when the price is changed."""

    id = AutoField()
    product_id = BigIntegerField()
    points = IntegerField()
    until = MomentField()

    class Meta:
        table_name = "points_store_price"
        indexes = ((("product_id", "until"), False),)


class StockMove(BaseModel):
    """A change of stock: intake, count, redemption, reversal, and others. Never changed afterwards.

    `best_before`: the last good day of the pieces that came in, where they have one.
    """

    id = AutoField()
    product_id = BigIntegerField(index=True)
    kind = CharField(max_length=12)
    quantity = BigIntegerField()
    stock_after = BigIntegerField()
    at = MomentField()
    account_id = BigIntegerField(null=True)
    note = CharField(max_length=200)
    best_before = DateField(null=True)

    class Meta:
        table_name = "points_store_stock_move"
