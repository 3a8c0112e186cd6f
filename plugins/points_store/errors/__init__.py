"""Why the points store refuses, each with a code that stays the same."""

from plugins.points_store.errors.counter import (
    AlreadyReversed,
    CardLimit,
    CardLocked,
    CardStopped,
    CodeExpired,
    CodeForeign,
    CodeUnknown,
    CodeUsed,
    NothingPicked,
    NotYourStore,
    PinWrong,
    PriceChanged,
    SecondPersonNeeded,
    StoreClosed,
    TooLateToReverse,
)
from plugins.points_store.errors.earning import (
    PointsOutsideRule,
    RuleNotHere,
)
from plugins.points_store.errors.ledger import (
    BudgetExceeded,
    InsufficientPoints,
    NoWallet,
    OwnAffair,
    StoreShort,
    WalletStopped,
)
from plugins.points_store.errors.store import (
    CountNeeded,
    OutOfStock,
    ProductNotHere,
)

__all__ = [
    "AlreadyReversed",
    "BudgetExceeded",
    "CardLimit",
    "CardLocked",
    "CardStopped",
    "CodeExpired",
    "CodeForeign",
    "CodeUnknown",
    "CodeUsed",
    "CountNeeded",
    "InsufficientPoints",
    "NoWallet",
    "NotYourStore",
    "NothingPicked",
    "OutOfStock",
    "OwnAffair",
    "PinWrong",
    "PointsOutsideRule",
    "PriceChanged",
    "ProductNotHere",
    "RuleNotHere",
    "SecondPersonNeeded",
    "StoreClosed",
    "StoreShort",
    "TooLateToReverse",
    "WalletStopped",
]
