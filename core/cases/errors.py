"""Why a case refuses a step, each with a code that stays the same."""

from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.text import N_


class CaseMovedOn(DomainError):
    """Somebody was quicker, or the step does not fit what the case is now. `state`: what it became."""

    code, status = "case_moved_on", 409
    text = N_("这件事项现在是“%(state)s”，这一步没有进行。请刷新后再看。")
    words = ("state",)


class NotYourDesk(Forbidden):
    """Only whoever has the case on their desk works on it."""

    code = "not_your_desk"
    text = N_("这件事项不在您这里，只能由现在的承办人处理。")


class DispatchUpward(Forbidden):
    """Down and sideways is dispatching; up is escalating, with a reason."""

    code = "dispatch_upward"
    text = N_("只能交办给本级或下级；需要上级处理的请“上报”。")


class DeskElsewhere(Invalid):
    """The desk has nothing to do with where the case lies, or there is no such desk."""

    code = "desk_elsewhere"
    text = N_("所选的层级、区域或单位与事项所在区域不符。")


class UnitClosedError(Invalid):
    """Nothing is dispatched to a unit that is closed. `successor`: who took its work, if anybody."""

    code = "unit_closed"
    text = N_("“%(name)s”已撤销，不能再交办给它。承接单位：%(successor)s。")


class UnitUnknown(Invalid):
    """No such unit in reach."""

    code, text = "unit_unknown", N_("没有这个单位，或它不在您负责的区域内。")


class UnitClosedAlready(DomainError):
    """A unit that is closed is read, not written."""

    code, status = "unit_closed_already", 409
    text = N_("“%(name)s”已经撤销。")


class MemberHeld(DomainError):
    """Somebody works in a unit once."""

    code, status, text = "member_held", 409, N_("此人已经在这个单位。")


class ReturnLimit(DomainError):
    """A case is not sent round in circles."""

    code, status = "return_limit", 409
    text = N_("这件事项已退回 %(returns)d 次，不能再退回。办不了的请“上报”。")


class NowhereToReturn(DomainError):
    """It came from nobody."""

    code, status = "return_nowhere", 409
    text = N_("这件事项一开始就在这里，没有可退回的地方。办不了的请“上报”。")


class TopLevel(DomainError):
    """There is no level above the county."""

    code, status = "top_level", 409
    text = N_("已经是县区一级，不能再上报。")


class ReasonNeeded(Invalid):
    """This step is done only with a reason."""

    code, text = "reason_needed", N_("请写明理由。")


class AnswerNeeded(Invalid):
    """Whoever reported gets an answer."""

    code, text = "answer_needed", N_("请写明给反馈人的答复。")


class OutcomeUnknown(Invalid):
    """Solved, explained, refused or merged."""

    code, text = "outcome_unknown", N_("办理结果应为：已解决、已解释说明、不予办理、并入另一事项。")


class MergeIntoItself(Invalid):
    """A case is merged into another one that is no part of it."""

    code, text = "merge_target", N_("请选择另一件尚未并入别处的事项。")


class OwnWork(Forbidden):
    """Nobody rates or checks their own work."""

    code, text = "own_work", N_("不能评价或抽查自己办理的事项。")


class NotYourCase(Forbidden):
    """Only who reported it rates it."""

    code, text = "not_your_case", N_("只能由反馈人本人评价。")


class KeyFollowsOnly(Forbidden):
    """Whoever filed it for somebody has read the key too, so it follows the case and does not rate it."""

    code = "key_follows_only"
    text = N_(
        "这件事是工作人员登记的，凭查询码只能看进展。"
        "请反馈人登录自己的账号评价，或把回执交给没有经办此事的工作人员代录。"
    )


class AlreadyRated(DomainError):
    """One rating a round."""

    code, status, text = "already_rated", 409, N_("这件事项已经评价过了。")


class RatingOver(DomainError):
    """After a while what is closed stays closed, unless a supervisor reopens it."""

    code, status = "rating_over", 409
    text = N_("评价时间已过。仍未解决的，请重新反馈。")


class RatingDue(DomainError):
    """Whoever reported is asked first."""

    code, status = "rating_due", 409
    text = N_("反馈人还没有评价，到期未评价会自动销号。")


class Paused(DomainError):
    """The clock stands already, or does not."""

    code, status, text = "case_paused", 409, N_("这件事项已经暂停计时。")


class NotPaused(DomainError):
    """Nothing to resume."""

    code, status, text = "case_not_paused", 409, N_("这件事项没有暂停计时。")


class PauseInPast(Invalid):
    """A pause ends later."""

    code, text = "pause_past", N_("暂停的截止时间应在现在之后、一年之内。")


class KindUnknown(Invalid):
    """No loaded module or plugin has this kind."""

    code = "case_kind_unknown"
    text = N_("没有名为 %(kind)s 的事项种类，提供它的插件可能已停用。")


class CaseAreaUnknown(Invalid):
    """No such area in this county."""

    code, text = "case_area_unknown", N_("本县区没有代码为 %(area_code)s 的区域。")


class NotHelping(DomainError):
    """Nobody's help is open here."""

    code, status, text = "not_helping", 409, N_("您这里没有需要完成的协办。")


class RuleEnded(DomainError):
    """A rule that was replaced is read, not written."""

    code, status, text = "rule_ended", 409, N_("这条分派规则已经停用或被替换，请刷新后再改。")


class TooManyReports(DomainError):
    """Somebody without an account files too much, or tries keys. `minutes` until it goes on."""

    code, status = "too_many_reports", 429
    text = N_("这会儿没有登录的反馈太多了，请 %(minutes)d 分钟后再试，或登录后反馈，也可以打电话给村里。")


class KeyUnknown(NotFound):
    """No case has this number with this key."""

    code = "case_key_unknown"
    text = N_("没有找到。请核对编号和查询码，两样都在反馈后的页面上。")
