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
