"""Shapes of the points store's JSON."""

from plugins.points_store.schemas.books import (
    CloseMonthIn,
    Closing,
    ClosingQuery,
    OpeningIn,
    OpeningSheet,
    SummaryQuery,
    VillageBook,
)
from plugins.points_store.schemas.counter import (
    Item,
    Receipt,
    RedeemIn,
    ReverseIn,
)
from plugins.points_store.schemas.store import (
    AdjustStockIn,
    Product,
    ProductQuery,
    Store,
)
from plugins.points_store.schemas.wallets import (
    Award,
    Entry,
    GrantPointsIn,
    HandOverIn,
    KinIn,
    RedeemCode,
    Rule,
    SplitIn,
    Wallet,
    WalletReasonIn,
)

__all__ = [
    "AdjustStockIn",
    "Award",
    "CloseMonthIn",
    "Closing",
    "ClosingQuery",
    "Entry",
    "GrantPointsIn",
    "HandOverIn",
    "Item",
    "KinIn",
    "OpeningIn",
    "OpeningSheet",
    "Product",
    "ProductQuery",
    "Receipt",
    "RedeemCode",
    "RedeemIn",
    "ReverseIn",
    "Rule",
    "SplitIn",
    "Store",
    "SummaryQuery",
    "VillageBook",
    "Wallet",
    "WalletReasonIn",
]
