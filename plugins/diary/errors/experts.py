"""Why changes of the experts' list are refused."""

from core.errors import DomainError
from core.text import N_


class ExpertGone(DomainError):
    """The expert was taken off the list."""

    code, status = "diary_expert_gone", 409
    text = N_("这位专家已经移出人才库。")


class AlreadyAsked(DomainError):
    """The expert was asked about this case before."""

    code, status = "diary_expert_asked", 409
    text = N_("已经为这件事请过这位专家。")


class CaseUnknown(DomainError):
    """No case of this number that the actor may see."""

    code, status = "diary_case_unknown", 422
    text = N_("没有找到这个编号的事项，或不在您的管辖范围内。")
