"""Who renders services outside the store, and the vouchers that residents bring them."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, CompositeKey, DateField

from core.db import AreaModel, BaseModel, MomentField


class Provider(AreaModel):
    """An office or business (服务单位) that renders services: a clinic, the bus, a barber."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    name = CharField(max_length=60)
    active = BooleanField(default=True)

    class Meta:
        table_name = "points_store_provider"


class ProviderStaff(BaseModel):
    """Whoever takes in vouchers for a provider."""

    provider_id = BigIntegerField()
    account_id = BigIntegerField(index=True)

    class Meta:
        table_name = "points_store_provider_staff"
        primary_key = CompositeKey("provider_id", "account_id")


class Voucher(AreaModel):
    """The right to one service, bought with points; used once. `area_code` is the store's.

    `valid_until` is its last good day. An unused one can be taken back at any time.
    """

    id = AutoField()
    code = CharField(max_length=8, unique=True)
    redemption_id = BigIntegerField(index=True)
    line_id = BigIntegerField(index=True)
    store_id = BigIntegerField()
    product_id = BigIntegerField()
    provider_id = BigIntegerField()
    wallet_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15, index=True)
    name = CharField(max_length=60)
    points = BigIntegerField()
    issued_at = MomentField()
    valid_until = DateField()
    used_at = MomentField(null=True)
    used_by = BigIntegerField(null=True)
    returned_at = MomentField(null=True)

    class Meta:
        table_name = "points_store_voucher"
        indexes = ((("provider_id", "used_at"), False), (("store_id", "used_at"), False))
