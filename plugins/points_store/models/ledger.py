"""The ledger: accounts, transfers, their entries, and what its nightly proof found.

It is double entry: every transfer's entries sum to zero, and entries are never changed (triggers
in the migration). A balance is kept on the account under a constraint and can be re-added from the
entries at any time (`gridgov ledger verify`).
"""

from peewee import AutoField, BigIntegerField, CharField, Check, IntegerField, TextField

from core.db import AreaModel, BaseModel, MomentField

# Kinds of ledger accounts. Only the mint may be below zero: it is the county's promise to pay.
MINT, FUND, WALLET, STORE = "mint", "fund", "wallet", "store"
# Kinds of transfers.
BUDGET, AWARD, REDEMPTION, REVERSAL = "budget", "award", "redemption", "reversal"
# Opening balances from paper, points whose time is over, points taken by a rule: fund to wallet, and back.
OPENING, EXPIRY, DEDUCTION = "opening", "expiry", "deduction"
# An award that was a mistake, taken back.
WITHDRAWAL = "withdrawal"
# From wallet to wallet: within a household, or when one is split or two are joined.
HANDOVER = "handover"
# What is left of a budget goes back at the end of its period; a store's takings when they are paid.
BUDGET_BACK, SETTLEMENT = "budget_back", "settlement"
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
    # Points of the balance that are promised already, as to a store's device that works without a line.
    held = BigIntegerField(default=0, constraints=[Check("held >= 0 AND (held = 0 OR balance >= held)")])
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


class LedgerProof(BaseModel):
    """What a nightly proof of the ledger found: how many mistakes, and the first of them in words."""

    id = AutoField()
    at = MomentField()
    mistakes = IntegerField()
    first_mistake = TextField()

    class Meta:
        table_name = "points_store_proof"
