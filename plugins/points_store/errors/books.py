"""Why periods, opening balances, wallets and closings refuse."""

from core.errors import DomainError
from core.text import N_


class PeriodOverlaps(DomainError):
    """A day belongs to one period."""

    code, status = "period_overlaps", 409
    text = N_("与已有的资金期间“%(title)s”重叠，请改起止日期。")


class PeriodMissing(DomainError):
    """The county's fund is filled for a period."""

    code, status = "period_missing", 409
    text = N_("今天不在任何资金期间内，请先登记本期的起止日期。")


class PeriodNotReturned(DomainError):
    """What is left of an earlier period goes back before new money comes."""

    code, status = "period_not_returned", 409
    text = N_("资金期间“%(title)s”已过，请先收回结余，再下达新的预算。")


class PeriodClosed(DomainError):
    """What was left of it went back already."""

    code, status = "period_closed", 409
    text = N_("这个资金期间的结余已经收回。")


class PeriodNotOver(DomainError):
    """Money goes back when its time is over."""

    code, status = "period_not_over", 409
    text = N_("这个资金期间到 %(day)s 才结束，还不能收回结余。")


class OpeningDecided(DomainError):
    """The sheet was confirmed or refused already."""

    code, status = "opening_decided", 409
    text = N_("这张期初登记表已经处理过了。")


class OpeningSecondPerson(DomainError):
    """Whoever entered a sheet does not confirm it."""

    code, status = "opening_second_person", 403
    text = N_("期初积分须由另一个人核对确认，登记人不能自己确认。")


class OpeningSpent(DomainError):
    """Points that were spent cannot be taken back."""

    code, status = "opening_spent", 409
    text = N_("这笔期初积分已经用掉一部分，不能撤回。")


class OpeningTwice(DomainError):
    """One holder has one opening balance."""

    code, status = "opening_twice", 409
    text = N_("%(names)s 已经登记过期初积分，请先撤回原来的登记。")


class WalletActive(DomainError):
    """The wallet is in use."""

    code, status = "wallet_active", 409
    text = N_("这个积分账户没有停用。")


class SharesDiffer(DomainError):
    """A split leaves no point over and makes none."""

    code, status = "shares_differ", 422
    text = N_("各户分得的积分合计 %(shared)d 分，应等于账户里的 %(balance)d 分。")


class SharedWallet(DomainError):
    """Where a household has one wallet, its members have nothing to hand on."""

    code, status = "shared_wallet", 409
    text = N_("本县一户一个积分账户，全家共用，不用转。")


class NotOneHousehold(DomainError):
    """Points are handed over within one's household."""

    code, status = "not_one_household", 409
    text = N_("只能转给同一户的家人。")


class MonthNotOver(DomainError):
    """A month is closed, and a store's month settled, when its last day is over."""

    code, status = "month_not_over", 409
    text = N_("%(month)s 还没有过完，月底以后才能结账或结算。")


class MonthClosed(DomainError):
    """A month is closed once."""

    code, status = "month_closed", 409
    text = N_("%(month)s 已经结账，账目不能再改。")


class MonthOutOfOrder(DomainError):
    """Months are closed one after the other."""

    code, status = "month_out_of_order", 409
    text = N_("请先结 %(month)s 的账，再结后面的月份。")


class BookUneven(DomainError):
    """A month whose equation does not hold is never closed."""

    code, status = "book_uneven", 409
    text = N_("账目不平，不能结账，请联系信息中心核对积分账。")
