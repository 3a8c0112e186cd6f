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
    "DayClose",
    "DayCloseIn",
    "Entry",
    "GoodsTransfer",
    "GrantPointsIn",
    "HandOverIn",
    "Item",
    "KinIn",
    "OpeningIn",
    "OpeningSheet",
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
    "SplitIn",
    "Store",
    "SummaryQuery",
    "UseVoucherIn",
    "VillageBook",
    "Voucher",
    "VoucherQuery",
    "VoucherReturnIn",
    "Wallet",
    "WalletReasonIn",
]
