"""A store's days and months, closed and signed; none of these rows is ever changed."""

from peewee import AutoField, BigIntegerField, BooleanField, CharField, DateField, IntegerField

from core.db import AreaModel, BaseModel, MomentField


class DayClose(AreaModel):
    """A day of a store, closed by its clerk: what was booked from `since` up to `until`, without it.

    `number`: 1, and 2, 3 ... for what a day that was closed too early was closed with once more.
    Points are positive. `short` and `over`: pieces that counts and spoilage took from and gave to the book.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField()
    day = DateField()
    number = IntegerField(default=1)
    since = MomentField()
    until = MomentField()
    redemptions = IntegerField()
    points_in = BigIntegerField()
    returns = IntegerField()
    points_back = BigIntegerField()
    pieces_out = BigIntegerField()
    pieces_in = BigIntegerField()
    short = BigIntegerField()
    over = BigIntegerField()
    vouchers = IntegerField()
    closed_at = MomentField()
    account_id = BigIntegerField()
    remark = CharField(max_length=200)

    class Meta:
        table_name = "points_store_day_close"
        indexes = ((("store_id", "day", "number"), True),)


class Settlement(AreaModel):
    """A month of a store, settled: its points went back to the mint, and money is owed for them.

    `points` = `own` (goods and services of the store, owed to it at `rate` fen a point: `fen`) + `donated`
    (goods that cost the store nothing) + `vouchers` (services that providers rendered in that month, owed
    to them: `provider_fen`). `transfer_id` is null where nothing was taken in.
    """

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    store_id = BigIntegerField()
    month = CharField(max_length=7)
    transfer_id = BigIntegerField(null=True, unique=True)
    redemptions = IntegerField()
    points_in = BigIntegerField()
    points_back = BigIntegerField()
    own = BigIntegerField()
    donated = BigIntegerField()
    vouchers = BigIntegerField()
    points = BigIntegerField()
    rate = IntegerField()
    fen = BigIntegerField()
    provider_fen = BigIntegerField()
    at = MomentField()
    account_id = BigIntegerField()
    person_id = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_settlement"
        # Two settlements of one month find a wall here.
        indexes = ((("store_id", "month"), True),)


class SettlementLine(BaseModel):
    """What was settled of one product. `kind`: own, donated, voucher; `party`: the donor or provider."""

    id = AutoField()
    settlement_id = BigIntegerField(index=True)
    kind = CharField(max_length=10)
    party = CharField(max_length=60)
    name = CharField(max_length=60)
    quantity = BigIntegerField()
    points = BigIntegerField()

    class Meta:
        table_name = "points_store_settlement_line"


class SettlementPayment(BaseModel):
    """That a settlement was paid: on which day, by which voucher of the accounts office."""

    settlement_id = BigIntegerField(primary_key=True)
    paid_on = DateField()
    document = CharField(max_length=60)
    at = MomentField()
    account_id = BigIntegerField()

    class Meta:
        table_name = "points_store_settlement_payment"


class OddityNote(AreaModel):
    """Who was asked about something odd at a counter, and what they answered; notes are only added."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    mark = CharField(max_length=80, index=True)
    text = CharField(max_length=500)
    settled = BooleanField()
    at = MomentField()
    account_id = BigIntegerField()

    class Meta:
        table_name = "points_store_oddity_note"
