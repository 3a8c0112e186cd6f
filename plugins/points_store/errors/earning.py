"""Why points are not credited."""

from typing import ClassVar

from core.errors import DomainError
from core.text import N_


class PointsOutsideRule(DomainError):
    """The rule gives fewer or more points than asked for."""

    code, status = "points_outside_rule", 422
    text = N_("按“%(title)s”这条规则，只能发放 %(least)d 到 %(most)d 分。")


class RuleNotHere(DomainError):
    """The rule does not exist, is switched off, or belongs to another village."""

    code, status = "rule_not_here", 422
    text = N_("这条积分规则不适用于该户所在的村，或已停用。")


class RuleReplaced(DomainError):
    """Somebody else has changed or stopped the rule meanwhile."""

    code, status = "rule_replaced", 409
    text = N_("这条规则已经修改过或已停用，请打开最新的一版再改。")


class RuleForDeduction(DomainError):
    """A rule that takes points was asked to credit some."""

    code, status = "rule_for_deduction", 422
    text = N_("“%(title)s”是扣分规则，要先申报、审核、公示，不能直接发放。")


class CapReached(DomainError):
    """The household has got by this rule what it can get in the day, month or year of the act."""

    code, status = "cap_reached", 409
    words: ClassVar[tuple[str, ...]] = ("period",)
    text = N_("“%(title)s”%(period)s最多 %(cap)d 分，已经得了 %(earned)d 分，这次的 %(points)d 分不能再计。")


class HouseholdGone(DomainError):
    """The household was ended: nobody is there to be credited."""

    code, status = "household_gone", 409
    text = N_("这一户已经销户，不能再发放积分。")


class HouseholdDeserted(DomainError):
    """Everybody of the household died or moved away: nobody is there to be credited or to redeem."""

    code, status = "household_deserted", 409
    text = N_(
        "这一户已没有在册成员（均已去世或迁出），不能记分，也不能兑换。请联系村委会处理这户剩下的积分。"
    )


class PersonGone(DomainError):
    """Somebody who died or moved away earns nothing new; what the household holds stays with it."""

    code, status = "points_person_left", 409
    text = N_(
        "这位居民已登记离开（去世或迁出），不能再为其申报或发放积分。请核对是哪一位；户里还有人的，可以记在其他成员名下。"
    )


class KinAffair(DomainError):
    """Somebody who lives there is kin to whoever acts."""

    code, status = "kin_affair", 403
    text = N_("这一户有您的亲属，请由其他人办理。")


class OtherPersonNeeded(DomainError):
    """Whoever filed or checked it does not review it, and whoever awarded does not take back."""

    code, status = "other_person_needed", 403
    text = N_("这一步要由另一个人办理：申报、初审、复核不能是同一个人。")


class AlreadyWithdrawn(DomainError):
    """The award was taken back before."""

    code, status = "already_withdrawn", 409
    text = N_("这笔发放已经撤销过了。")


class NotAnAward(DomainError):
    """Only an award by a rule can be taken back."""

    code, status = "not_an_award", 422
    text = N_("只有按规则发放的积分才能撤销。")


class ActivityOver(DomainError):
    """The code of an activity works on its day only."""

    code, status = "activity_over", 409
    text = N_("这个签到码只在活动当天（%(day)s）有效。")


class AlreadyHere(DomainError):
    """Whoever takes part is counted once."""

    code, status = "already_here", 409
    text = N_("已经签到过了，每人只计一次。")
