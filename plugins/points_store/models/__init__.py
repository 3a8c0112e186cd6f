"""Tables of the points store, a file for each part of it."""

from plugins.points_store.models.counter import (
    Card,
    RedeemCode,
    Redemption,
    RedemptionLine,
    Refusal,
)
from plugins.points_store.models.earning import (
    Rule,
)
from plugins.points_store.models.figures import (
    DayFigure,
)
from plugins.points_store.models.ledger import (
    AWARD,
    BUDGET,
    BUDGET_BACK,
    DEDUCTION,
    EXPIRY,
    FUND,
    HANDOVER,
    MINT,
    MOVE_IN,
    MOVE_OUT,
    OPENING,
    REDEMPTION,
    REVERSAL,
    SETTLEMENT,
    STORE,
    WALLET,
    WITHDRAWAL,
    Entry,
    LedgerAccount,
    LedgerProof,
    Transfer,
)
from plugins.points_store.models.store import (
    Product,
    StockMove,
    Store,
    StoreClerk,
)

# In the order in which they were first laid.
TABLES = [
    LedgerAccount,
    Transfer,
    Entry,
    Rule,
    Store,
    StoreClerk,
    Product,
    StockMove,
    RedeemCode,
    Card,
    Redemption,
    RedemptionLine,
    Refusal,
    DayFigure,
    LedgerProof,
]

__all__ = [
    "AWARD",
    "BUDGET",
    "BUDGET_BACK",
    "DEDUCTION",
    "EXPIRY",
    "FUND",
    "HANDOVER",
    "MINT",
    "MOVE_IN",
    "MOVE_OUT",
    "OPENING",
    "REDEMPTION",
    "REVERSAL",
    "SETTLEMENT",
    "STORE",
    "TABLES",
    "WALLET",
    "WITHDRAWAL",
    "Card",
    "DayFigure",
    "Entry",
    "LedgerAccount",
    "LedgerProof",
    "Product",
    "RedeemCode",
    "Redemption",
    "RedemptionLine",
    "Refusal",
    "Rule",
    "StockMove",
    "Store",
    "StoreClerk",
    "Transfer",
]
