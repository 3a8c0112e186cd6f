"""Why a call refuses what somebody wants to do about it."""

from core.errors import DomainError
from core.text import N_


class CallMovedOn(DomainError):
    """The step does not fit what the call has become meanwhile."""

    code, status, words = "call_button_call_moved_on", 409, ("state",)
    text = N_("这个呼叫的状态是“%(state)s”，不能这样操作，请刷新后再看。")


class CallTaken(DomainError):
    """Somebody else has it: of two who answer at once one gets the call, the other hears who."""

    code, status = "call_button_call_taken", 409
    text = N_("这个呼叫已由%(name)s接听。需要由您接手的，请点“接手”。")


class CallHasCase(DomainError):
    """One case a call, so that nobody works on the same twice."""

    code, status = "call_button_call_has_case", 409
    text = N_("这个呼叫已经转为事项，请到该事项中办理。")


class ThumbOver(DomainError):
    """Nobody has taken it, or it was cancelled: there is nothing to rate."""

    code, status = "call_button_thumb_over", 409
    text = N_("这个呼叫没有人接听过，不能评价。")


class OwnCallRated(DomainError):
    """Nobody puts down how satisfied people are with their own work."""

    code, status = "call_button_own_call_rated", 403
    text = N_("这个呼叫由您办理过，不能由您回访评价，请由其他人员回访。")


class ThumbFromDevice(DomainError):
    """What the resident pressed themselves stands."""

    code, status = "call_button_thumb_from_device", 409
    text = N_("本人已经在呼叫器上按键评价，以本人的评价为准，不用再登记。")
