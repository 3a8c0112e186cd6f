"""Why the points store refuses, each with a code that stays the same."""

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


class StoreShort(DomainError):
    """The store's takings were settled already, so nothing can be given back from them."""

    code, status = "store_settled", 409
    text = N_("这笔兑换已经结算，不能再冲正。")


class OwnAffair(DomainError):
    """Nobody awards, serves or reverses for themselves or their household."""

    code, status = "own_affair", 403
    text = N_("不能办理自己或自家的积分，请由其他人办理。")


class PointsOutsideRule(DomainError):
    """The rule gives fewer or more points than asked for."""

    code, status = "points_outside_rule", 422
    text = N_("按“%(title)s”这条规则，只能发放 %(least)d 到 %(most)d 分。")


class RuleNotHere(DomainError):
    """The rule does not exist, is switched off, or belongs to another village."""

    code, status = "rule_not_here", 422
    text = N_("这条积分规则不适用于该户所在的村，或已停用。")


class CodeUnknown(DomainError):
    """No code of ours: mistyped, forged or from elsewhere."""

    code, status = "code_unknown", 404
    text = N_("这个码不对。请看清后重新输入，或请居民重新出示。")


class CodeExpired(DomainError):
    """Its time is over (a code lives for at most a minute)."""

    code, status = "code_expired", 409
    text = N_("这个码已过期。请居民刷新后重新出示。")


class CodeUsed(DomainError):
    """A code counts once; a photo of it is worth nothing."""

    code, status = "code_used", 409
    text = N_("这个码已经用过了。请居民刷新后重新出示。")


class CodeForeign(DomainError):
    """A genuine code of a wallet that may not be used in this store."""

    code, status = "code_foreign", 409
    text = N_("这个码不能在本店使用，请到居民所在地的新风超市兑换。")


class WalletStopped(DomainError):
    """The wallet was stopped."""

    code, status = "wallet_stopped", 409
    text = N_("这个积分账户已停用，请联系村委会。")


class NoWallet(DomainError):
    """The account belongs to no household or person with a wallet."""

    code, status = "no_wallet", 404
    text = N_("您的账号还没有关联到户，暂无积分账户。请联系村里的网格员。")


class CardStopped(DomainError):
    """The card was reported lost or replaced."""

    code, status = "card_stopped", 409
    text = N_("这张积分卡已停用。如有新卡请出示新卡，或请村委会补办。")


class CardLocked(DomainError):
    """Too many wrong PINs; the card stays shut until it is issued anew."""

    code, status = "card_locked", 409
    text = N_("密码输错次数过多，这张积分卡已锁定，请到村委会换卡。")


class PinWrong(DomainError):
    """The PIN is wrong or missing."""

    code, status = "pin_wrong", 409
    text = N_("积分卡密码不对，还可以试 %(left)d 次。")


class CardLimit(DomainError):
    """A printed card can be copied, so it has a limit a day (PBOC rules cap static codes likewise)."""

    code, status = "card_limit", 409
    text = N_("积分卡每天最多兑换 %(limit)d 分，今天已用 %(used)d 分。")


class NotYourStore(DomainError):
    """The clerk is bound to another store."""

    code, status = "not_your_store", 403
    text = N_("您不是这家新风超市的店员，不能在这里办理兑换。")


class StoreClosed(DomainError):
    """The store was switched off."""

    code, status = "store_closed", 409
    text = N_("这家新风超市已停用。")


class ProductNotHere(DomainError):
    """The product belongs to another store or is off the shelf."""

    code, status = "product_not_here", 422
    text = N_("所选商品已下架或不属于本店，请重新选择。")


class OutOfStock(DomainError):
    """Fewer pieces on the shelf than asked for."""

    code, status = "out_of_stock", 409
    text = N_("“%(name)s”库存不足，只剩 %(stock)d 件。")


class NothingPicked(DomainError):
    """No goods were picked."""

    code, status = "nothing_picked", 422
    text = N_("还没有选择商品。")


class PriceChanged(DomainError):
    """The total that was agreed on is no longer the price."""

    code, status = "price_changed", 409
    text = N_("商品价格刚刚有变动，现在合计 %(total)d 分，请与居民确认后再提交。")


class SecondPersonNeeded(DomainError):
    """Whoever handed out the goods cannot take the booking back alone."""

    code, status = "second_person_needed", 403
    text = N_("冲正须由另一个人办理，不能由当时的经办店员自己操作。")


class AlreadyReversed(DomainError):
    """A redemption is reversed at most once."""

    code, status = "already_reversed", 409
    text = N_("这笔兑换已经冲正过了。")


class TooLateToReverse(DomainError):
    """Only on the same day."""

    code, status = "too_late_to_reverse", 409
    text = N_("只能冲正当天的兑换。这笔发生在 %(day)s。")


class CountNeeded(DomainError):
    """A service has no stock to count."""

    code, status = "service_has_no_stock", 422
    text = N_("服务类项目没有库存，不需要盘点。")
