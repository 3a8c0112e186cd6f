"""Why the ledger refuses."""

from core.errors import DomainError
from core.text import N_


class InsufficientPoints(DomainError):
    """The wallet holds less than the goods cost."""

    code, status = "insufficient_points", 409
    text = N_("积分不够：这次需要 %(needed)d 分，账户里有 %(balance)d 分。")


class BudgetExceeded(DomainError):
    """The village's fund does not cover the award: points cost money."""

    code, status = "budget_exceeded", 409
    text = N_("超出本村积分预算：这次发放 %(needed)d 分，预算还剩 %(balance)d 分。请向县区申请追加预算。")


class CountyFundShort(DomainError):
    """The county's own fund does not cover a village's budget."""

    code, status = "county_fund_short", 409
    text = N_("县区本期资金不够：这次下达 %(needed)d 分，县区资金还剩 %(balance)d 分。请先追加县区资金。")


class StoreShort(DomainError):
    """The store's takings were settled already, so nothing can be given back from them."""

    code, status = "store_settled", 409
    text = N_("这笔兑换已经结算，不能再冲正。")


class OwnAffair(DomainError):
    """Nobody awards, serves or reverses for themselves or their household."""

    code, status = "own_affair", 403
    text = N_("不能办理自己或自家的积分，请由其他人办理。")


class WalletStopped(DomainError):
    """The wallet was stopped."""

    code, status = "wallet_stopped", 409
    text = N_("这个积分账户已停用，请联系村委会。")


class NoWallet(DomainError):
    """The account belongs to no household or person with a wallet."""

    code, status = "no_wallet", 404
    text = N_("您的账号还没有关联到户，暂无积分账户。请联系村里的网格员。")
