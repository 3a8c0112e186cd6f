"""Why objections to the index are refused."""

from core.errors import DomainError
from core.text import N_


class NotStationed(DomainError):
    """Only who is stationed has an index."""

    code, status = "diary_not_stationed", 409
    text = N_("您目前没有派驻，不计算指数。")


class OwnObjection(DomainError):
    """Nobody answers their own objection."""

    code, status = "diary_own_objection", 403
    text = N_("不能答复自己提出的异议，请由他人办理。")


class ObjectionAnswered(DomainError):
    """The objection was answered."""

    code, status = "diary_objection_answered", 409
    text = N_("这个异议已经答复，请刷新后再看。")
