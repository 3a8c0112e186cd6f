"""What happens at the counter: codes and cards shown, what was redeemed, what was refused."""

from peewee import AutoField, BigIntegerField, BlobField, CharField, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class RedeemCode(BaseModel):
    """A code that a resident shows: short-lived, for one wallet, used once. Rows outlive the code."""

    code = CharField(max_length=8, primary_key=True)
    wallet_id = BigIntegerField(index=True)
    issued_at = MomentField(index=True)
    expires_at = MomentField()
    used_at = MomentField(null=True)
    # The counter that opened the code in time may take a few minutes to pick goods.
    held_by = BigIntegerField(null=True)
    held_until = MomentField(null=True)

    class Meta:
        table_name = "points_store_redeem_code"


class Card(AreaModel):
    """A printed card with a PIN for those without a phone; a limit a day, and it can be stopped."""

    id = AutoField()
    serial = CharField(max_length=10, unique=True)
    wallet_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    pin_mark = BlobField()
    failures = IntegerField(default=0)
    issued_at = MomentField()
    issued_by = BigIntegerField(null=True)
    stopped_at = MomentField(null=True)

    class Meta:
        table_name = "points_store_card"


class Redemption(AreaModel):
    """Goods and services handed out against points. `area_code` is the store's."""

    id = AutoField()
    transfer_id = BigIntegerField(unique=True)
    area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField()
    wallet_id = BigIntegerField()
    clerk_id = BigIntegerField()
    clerk_person_id = BigIntegerField(null=True)
    card_id = BigIntegerField(null=True, index=True)
    points = BigIntegerField()
    at = MomentField()
    day = DateField()

    class Meta:
        table_name = "points_store_redemption"
        indexes = ((("store_id", "at"), False), (("wallet_id", "at"), False))


class Confirmation(BaseModel):
    """A redemption by card that the clerk confirmed by knowing the holder's face, without the PIN."""

    redemption_id = BigIntegerField(primary_key=True)
    wallet_id = BigIntegerField()
    day = DateField()
    points = BigIntegerField()

    class Meta:
        table_name = "points_store_confirmation"
        indexes = ((("wallet_id", "day"), False),)


class RedemptionLine(BaseModel):
    """One product of a redemption, with name and price as they were."""

    id = AutoField()
    redemption_id = BigIntegerField(index=True)
    product_id = BigIntegerField()
    name = CharField(max_length=60)
    quantity = IntegerField()
    points = BigIntegerField()

    class Meta:
        table_name = "points_store_redemption_line"


class Refusal(AreaModel):
    """A scan or redemption that was refused, with the reason code: what was tried, by whom, where."""

    id = AutoField()
    at = MomentField(index=True)
    area_code = CharField(max_length=15)
    store_id = BigIntegerField(null=True)
    account_id = BigIntegerField(index=True)
    wallet_id = BigIntegerField(null=True)
    reason = CharField(max_length=40)
    scanned = CharField(max_length=16)

    class Meta:
        table_name = "points_store_refusal"
