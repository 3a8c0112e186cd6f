"""Shapes of the points store's JSON."""

from plugins.points_store.schemas.books import (
    VillageBook,
)
from plugins.points_store.schemas.counter import (
    Item,
    Receipt,
    RedeemIn,
    ReverseIn,
)
from plugins.points_store.schemas.offline import (
    Device,
    EnrolIn,
    Released,
    ReleaseIn,
    Reserved,
    ReserveIn,
    Synced,
    SyncIn,
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
    RedeemCode,
    Rule,
    Wallet,
)

__all__ = [
    "AdjustStockIn",
    "Award",
    "Device",
    "EnrolIn",
    "Entry",
    "GrantPointsIn",
    "Item",
    "Product",
    "ProductQuery",
    "Receipt",
    "RedeemCode",
    "RedeemIn",
    "ReleaseIn",
    "Released",
    "ReserveIn",
    "Reserved",
    "ReverseIn",
    "Rule",
    "Store",
    "SyncIn",
    "Synced",
    "VillageBook",
    "Wallet",
]
