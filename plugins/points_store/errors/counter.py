"""Why the counter refuses."""

from core.errors import DomainError
from core.text import N_


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


class FaceLimit(DomainError):
    """Without its PIN a card pays little, or nothing where the county does not want it."""

    code, status = "face_limit", 409
    text = N_("认人办理每天最多 %(limit)d 分，今天已用 %(used)d 分；请改用密码。")


class NothingToPrint(DomainError):
    """Every household of the village has a card in use."""

    code, status = "nothing_to_print", 409
    text = N_("这里的每一户都已有在用的积分卡；需要全部换新卡时请勾选换新。")


class NotYourStore(DomainError):
    """The clerk is bound to another store."""

    code, status = "not_your_store", 403
    text = N_("您不是这家新风超市的店员，不能在这里办理兑换。")


class StoreClosed(DomainError):
    """The store was switched off."""

    code, status = "store_closed", 409
    text = N_("这家新风超市已停用。")


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


class TooLateToReturn(DomainError):
    """The village takes goods back for the county's days only."""

    code, status = "too_late_to_return", 409
    text = N_("这笔兑换发生在 %(day)s，已超过 %(days)d 天的退回期限。")


class ReturnTooMuch(DomainError):
    """More pieces than were handed out and are not back yet."""

    code, status = "return_too_much", 422
    text = N_("“%(name)s”最多还能退 %(left)d 件。")
