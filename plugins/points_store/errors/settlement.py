"""Why a day or a month can't be closed."""

from core.errors import DomainError
from core.text import N_


class DayClosed(DomainError):
    """A day is closed once, unless it is asked for again, and no day before it afterwards."""

    code, status = "day_closed", 409
    text = N_("%(day)s 已经日结过了，之后的业务计入下一次日结。")


class DayToCome(DomainError):
    """Only a day that has begun can be closed."""

    code, status = "day_to_come", 422
    text = N_("还没到这一天，不能日结。")


class BookDiffers(DomainError):
    """The figures of the counter are not those of the ledger: nothing is signed until that is cleared."""

    code, status = "book_differs", 409
    text = N_("兑换记录合计 %(shown)d 分，账上是 %(booked)d 分，两者不符。请联系信息中心核对后再办理。")


class MonthSettled(DomainError):
    """A store's month is settled once."""

    code, status = "month_settled", 409
    text = N_("这家超市 %(month)s 已经结算过了。")


class OwnStore(DomainError):
    """A clerk does not settle their own store, and whoever settled does not pay."""

    code, status = "own_store", 403
    text = N_("结算和付款须由不同的人办理，店员也不能为自己的超市结算。")


class PaidAlready(DomainError):
    """A settlement is paid once."""

    code, status = "paid_already", 409
    text = N_("这笔结算已经登记过付款了。")


class NothingToSettle(DomainError):
    """A store's months begin with the first redemption at its counter."""

    code, status = "nothing_to_settle", 409
    text = N_("这家店到 %(month)s 底还没有兑换过，没有账可结。")
