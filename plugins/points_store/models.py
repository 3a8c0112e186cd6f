"""Tables of the points store: the ledger, codes and cards, the store, what was redeemed and refused.

The ledger is double entry: every transfer's entries sum to zero, and entries are never
changed (triggers in the migration). A balance is kept on the account under a constraint and
can be re-added from the entries at any time (`gridgov ledger verify`).
"""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    Check,
    CompositeKey,
    DateField,
    IntegerField,
)

from core.db import AreaModel, BaseModel, MomentField

# Kinds of ledger accounts. Only the mint may be below zero: it is the county's promise to pay.
MINT, FUND, WALLET, STORE = "mint", "fund", "wallet", "store"
# Kinds of transfers.
BUDGET, AWARD, REDEMPTION, REVERSAL = "budget", "award", "redemption", "reversal"
# A household that moves takes its points out of one village and into the other.
MOVE_OUT, MOVE_IN = "move_out", "move_in"


class LedgerAccount(AreaModel):
    """Where points lie: the county's mint, a village's fund, a wallet, a store's takings."""

    id = AutoField()
    kind = CharField(max_length=10)
    area_code = CharField(max_length=15, index=True)
    household_id = BigIntegerField(null=True, index=True)
    person_id = BigIntegerField(null=True, index=True)
    store_id = BigIntegerField(null=True)
    balance = BigIntegerField(default=0, constraints=[Check("balance >= 0 OR kind = 'mint'")])
    stopped_at = MomentField(null=True)
    opened_at = MomentField()

    class Meta:
        table_name = "points_store_ledger_account"


# One wallet a holder, one fund a village, one account a store, one mint: races find a wall here.
for _name, _column, _kind in (
    ("household", LedgerAccount.household_id, WALLET),
    ("person", LedgerAccount.person_id, WALLET),
    ("fund", LedgerAccount.area_code, FUND),
    ("store", LedgerAccount.store_id, STORE),
    ("mint", LedgerAccount.kind, MINT),
):
    LedgerAccount.add_index(
        LedgerAccount.index(
            _column, unique=True, where=(LedgerAccount.kind == _kind), name=f"points_store_one_{_name}"
        )
    )


class Transfer(AreaModel):
    """One booking. `points` is what moved (> 0); `reverses_id` names the transfer it takes back."""

    id = AutoField()
    kind = CharField(max_length=12)
    area_code = CharField(max_length=15)
    at = MomentField(index=True)
    account_id = BigIntegerField(null=True)
    points = BigIntegerField(constraints=[Check("points > 0")])
    rule_id = BigIntegerField(null=True)
    reason = CharField(max_length=200)
    reverses_id = BigIntegerField(null=True, unique=True)

    class Meta:
        table_name = "points_store_transfer"
        # Covers the sums by village.
        indexes = ((("area_code", "kind", "points"), False),)


class Entry(BaseModel):
    """One leg of a transfer: signed points on one ledger account, and its balance afterwards."""

    id = AutoField()
    transfer_id = BigIntegerField(index=True)
    ledger_account_id = BigIntegerField()
    points = BigIntegerField(constraints=[Check("points <> 0")])
    balance_after = BigIntegerField()

    class Meta:
        table_name = "points_store_entry"
        # Covers both the statement of a wallet and the proof of all balances.
        indexes = ((("ledger_account_id", "id", "points"), False),)


class Rule(AreaModel):
    """For which civic act a village credits how many points (from..to)."""

    id = AutoField()
    area_code = CharField(max_length=15, index=True)
    title = CharField(max_length=60)
    points_min = IntegerField(constraints=[Check("points_min > 0")])
    points_max = IntegerField(constraints=[Check("points_max >= points_min")])
    active = BooleanField(default=True)

    class Meta:
        table_name = "points_store_rule"


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
