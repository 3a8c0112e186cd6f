"""What happens at the counter: codes and cards, what was redeemed, handed over, refused."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    DateField,
    IntegerField,
)

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
    # Whoever shows it for the wallet's household.
    proxy_id = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_redeem_code"


class Card(AreaModel):
    """A printed card with a PIN for those without a phone; a limit a day, and it can be stopped.

    `proxy_id`: it is in the hands of a proxy of the wallet's household.
    """

    id = AutoField()
    serial = CharField(max_length=10, unique=True)
    wallet_id = BigIntegerField(index=True)
    area_code = CharField(max_length=15)
    pin_mark = BlobField()
    failures = IntegerField(default=0)
    issued_at = MomentField()
    issued_by = BigIntegerField(null=True)
    stopped_at = MomentField(null=True)
    proxy_id = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_card"


class Redemption(AreaModel):
    """Goods and services handed out against points. `area_code` is the store's.

    `returned`: how many of the points went back to the wallet since; `proxy_id`: who redeemed for the
    wallet's household, where somebody did.
    """

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
    returned = BigIntegerField(default=0, constraints=[Check("returned >= 0 AND returned <= points")])
    proxy_id = BigIntegerField(null=True)

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
    """One product of a redemption, with name and price as they were; `returned` pieces went back."""

    id = AutoField()
    redemption_id = BigIntegerField(index=True)
    product_id = BigIntegerField()
    name = CharField(max_length=60)
    quantity = IntegerField()
    points = BigIntegerField()
    returned = IntegerField(default=0, constraints=[Check("returned >= 0 AND returned <= quantity")])

    class Meta:
        table_name = "points_store_redemption_line"


class HandOver(BaseModel):
    """The resident has looked over what was handed out: said on their own page, or to the clerk."""

    redemption_id = BigIntegerField(primary_key=True)
    at = MomentField()
    account_id = BigIntegerField()
    by_resident = BooleanField()

    class Meta:
        table_name = "points_store_hand_over"


class Return(AreaModel):
    """A redemption, or part of it, that was taken back. `area_code` is the store's; `clerk_id` had served."""

    id = AutoField()
    redemption_id = BigIntegerField(index=True)
    transfer_id = BigIntegerField(unique=True)
    area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField(index=True)
    clerk_id = BigIntegerField()
    account_id = BigIntegerField(null=True)
    points = BigIntegerField()
    at = MomentField(index=True)

    class Meta:
        table_name = "points_store_return"


class ReturnLine(BaseModel):
    """How many pieces of a line of a redemption went back, and their points."""

    id = AutoField()
    return_id = BigIntegerField(index=True)
    line_id = BigIntegerField()
    quantity = IntegerField(constraints=[Check("quantity > 0")])
    points = BigIntegerField()

    class Meta:
        table_name = "points_store_return_line"


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
