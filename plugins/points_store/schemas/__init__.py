"""Shapes of the points store's JSON."""

from plugins.points_store.schemas.books import (
    VillageBook,
)
from plugins.points_store.schemas.counter import (
    Item,
    Receipt,
    RedeemIn,
    ReturnIn,
    ReverseIn,
)
from plugins.points_store.schemas.settlements import (
    DayClose,
    DayCloseIn,
    PaymentIn,
    SettleIn,
    Settlement,
)
from plugins.points_store.schemas.shelf import (
    GoodsTransfer,
    ReceiveGoodsIn,
    SendGoodsIn,
)
from plugins.points_store.schemas.store import (
    AdjustStockIn,
    Product,
    ProductQuery,
    Store,
)
from plugins.points_store.schemas.vouchers import (
    OwnVoucher,
    UseVoucherIn,
    Voucher,
    VoucherQuery,
    VoucherReturnIn,
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
    "DayClose",
    "DayCloseIn",
    "Entry",
    "GoodsTransfer",
    "GrantPointsIn",
    "Item",
    "OwnVoucher",
    "PaymentIn",
    "Product",
    "ProductQuery",
    "Receipt",
    "ReceiveGoodsIn",
    "RedeemCode",
    "RedeemIn",
    "ReturnIn",
    "ReverseIn",
    "Rule",
    "SendGoodsIn",
    "SettleIn",
    "Settlement",
    "Store",
    "UseVoucherIn",
    "VillageBook",
    "Voucher",
    "VoucherQuery",
    "VoucherReturnIn",
    "Wallet",
]
