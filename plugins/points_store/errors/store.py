"""Why shelf and stock refuse."""

from core.errors import DomainError
from core.text import N_


class ProductNotHere(DomainError):
    """The product belongs to another store or is off the shelf."""

    code, status = "product_not_here", 422
    text = N_("所选商品已下架或不属于本店，请重新选择。")


class OutOfStock(DomainError):
    """Fewer pieces on the shelf than asked for."""

    code, status = "out_of_stock", 409
    text = N_("“%(name)s”库存不足，只剩 %(stock)d 件。")


class CountNeeded(DomainError):
    """A service has no stock to count."""

    code, status = "service_has_no_stock", 422
    text = N_("服务类项目没有库存，不需要盘点。")


class OutOfDate(DomainError):
    """Pieces on the shelf are over their last good day."""

    code, status = "out_of_date", 409
    text = N_("“%(name)s”货架上有 %(over)d 件已过保质期，请先下架处理，再办理兑换。")


class StocktakeOpen(DomainError):
    """A count of the whole shelf still waits for its second person."""

    code, status = "stocktake_open", 409
    text = N_("本店有一次盘点还没有复核，请先复核或作废。")


class StocktakeDone(DomainError):
    """It was confirmed or dropped already."""

    code, status = "stocktake_done", 409
    text = N_("这次盘点已经复核或作废了。")


class CountAgain(DomainError):
    """More left the shelf since than the count found, so it can't be true."""

    code, status = "count_again", 409
    text = N_("“%(name)s”盘点以后又有进出，盘点数对不上了，请作废后重新盘点。")


class SecondCounter(DomainError):
    """Whoever counted does not confirm."""

    code, status = "second_counter_needed", 403
    text = N_("盘点须由另一个人复核，不能由盘点人自己确认。")


class SameStore(DomainError):
    """Goods are sent to another store."""

    code, status = "same_store", 422
    text = N_("不能调拨给本店自己。")


class ReceivedAlready(DomainError):
    """A transfer is received once."""

    code, status = "received_already", 409
    text = N_("这批调拨已经签收过了。")


class ReceivedTooMuch(DomainError):
    """More arrived than was sent: that is an intake of its own."""

    code, status = "received_too_much", 422
    text = N_("“%(name)s”发出 %(sent)d 件，签收数量不能更多；多出来的请另记一笔进货。")


class ProviderNotHere(DomainError):
    """The provider does not serve the store's village, or was switched off."""

    code, status = "provider_not_here", 422
    text = N_("这个服务单位不服务于本店所在的村，或已停用。")
