"""How the book is kept over the years: periods, opening balances from paper, lots, stops, closed months."""

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

# What becomes of a sheet of opening balances.
WAITING, CONFIRMED, REFUSED = "waiting", "confirmed", "refused"


class Period(AreaModel):
    """A time (a year, mostly) for which the county has put money into a fund of its own."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    title = CharField(max_length=40)
    begins = DateField(index=True)
    ends = DateField(constraints=[Check("ends >= begins")])
    declared_at = MomentField()
    declared_by = BigIntegerField(null=True)
    # When what was left of it went back.
    closed_at = MomentField(null=True)
    closed_by = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_period"


class OpeningSheet(AreaModel):
    """Opening balances of one village as they stand on paper. `source`: which book and page."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    source = CharField(max_length=100)
    digest = CharField(max_length=64, default="")
    state = CharField(max_length=10, default=WAITING)
    entered_at = MomentField()
    entered_by = BigIntegerField(null=True)
    entered_person_id = BigIntegerField(null=True)
    decided_at = MomentField(null=True)
    decided_by = BigIntegerField(null=True)
    note = CharField(max_length=200, default="")

    class Meta:
        table_name = "points_store_opening_sheet"


class OpeningLine(BaseModel):
    """What one holder has on the sheet. `transfer_id`: its booking, once a second person has confirmed it."""

    id = AutoField()
    sheet_id = BigIntegerField()
    household_id = BigIntegerField()
    person_id = BigIntegerField(null=True)
    points = BigIntegerField(constraints=[Check("points > 0")])
    page = CharField(max_length=40, default="")
    transfer_id = BigIntegerField(null=True, unique=True)
    # The booking that took it back.
    withdrawal_id = BigIntegerField(null=True, unique=True)

    class Meta:
        table_name = "points_store_opening_line"
        indexes = ((("sheet_id", "household_id", "person_id"), True),)


class Lot(BaseModel):
    """Points that a wallet was credited with at once, and the last day on which they are good.

    What is spent comes out of the oldest lots, so what a wallet holds lies in its newest ones; nothing
    is written here when points are spent. `expired`: points of it that were over. `done`: nothing of it
    can expire any more.
    """

    id = AutoField()
    wallet_id = BigIntegerField()
    transfer_id = BigIntegerField(index=True)
    points = BigIntegerField(constraints=[Check("points > 0")])
    expires_on = DateField(null=True)
    expired = BigIntegerField(default=0, constraints=[Check("expired >= 0 AND expired <= points")])
    done = BooleanField(default=False)

    class Meta:
        table_name = "points_store_lot"
        indexes = ((("wallet_id", "id"), False), (("done", "expires_on", "wallet_id"), False))


class ExpiryNotice(BaseModel):
    """The holder was told, so many `days` ahead, that points of a wallet end on `expires_on`."""

    wallet_id = BigIntegerField()
    expires_on = DateField()
    days = IntegerField()
    told_at = MomentField()

    class Meta:
        table_name = "points_store_expiry_notice"
        primary_key = CompositeKey("wallet_id", "expires_on", "days")


class WalletStop(BaseModel):
    """A wallet was stopped, and maybe opened again: who, when and why."""

    id = AutoField()
    wallet_id = BigIntegerField(index=True)
    stopped_at = MomentField()
    stopped_by = BigIntegerField(null=True)
    reason = CharField(max_length=200)
    resumed_at = MomentField(null=True)
    resumed_by = BigIntegerField(null=True)
    resume_reason = CharField(max_length=200, default="")

    class Meta:
        table_name = "points_store_wallet_stop"


class Closing(AreaModel):
    """A month of a village (or of the whole county) that was closed; never changed afterwards.

    `month` is YYYY-MM. `transfers` and `head`: how many bookings the ledger had, up to `last_transfer_id`,
    and their chain hash; whoever keeps the printed sheet can prove with it that none of them was altered.
    """

    id = AutoField()
    area_code = CharField(max_length=15)
    month = CharField(max_length=7)
    # The moment from which on bookings belong to the next month.
    until = MomentField(index=True)
    opening = BigIntegerField()
    issued = BigIntegerField()
    withdrawn = BigIntegerField()
    redeemed = BigIntegerField()
    expired = BigIntegerField()
    deducted = BigIntegerField()
    reversed = BigIntegerField()
    moved = BigIntegerField()
    closing = BigIntegerField()
    fund_before = BigIntegerField()
    granted = BigIntegerField()
    fund_after = BigIntegerField()
    last_transfer_id = BigIntegerField(index=True)
    transfers = BigIntegerField()
    head = CharField(max_length=64)
    at = MomentField()
    account_id = BigIntegerField(null=True)

    class Meta:
        table_name = "points_store_closing"
        indexes = ((("area_code", "month"), True),)
