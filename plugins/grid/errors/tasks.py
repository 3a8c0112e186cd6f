"""Why tasks are refused."""

from core.errors import DomainError, Invalid
from core.text import N_


class TaskMovedOn(DomainError):
    """Somebody else did, checked or cancelled it meanwhile."""

    code, status = "task_moved_on", 409
    text = N_("这项任务刚有变化（现为：%(state)s），请刷新后再办。")
    words = ("state",)


class NotYourTask(DomainError):
    """A task is done by who has it, and checked by who gave it."""

    code, status = "not_your_task", 403
    text = N_("这项任务不由您办理或核对。")


class OwnWork(DomainError):
    """Nobody checks what they did themselves."""

    code, status = "own_task", 403
    text = N_("不能核对自己完成的任务，请由别人核对。")


class EvidenceMissing(Invalid):
    """The task wants words or a photo with it."""

    code = "evidence_missing"
    text = N_("这项任务要求写明完成情况。")


class PhotoMissing(Invalid):
    """The task wants a photo with it."""

    code = "photo_missing"
    text = N_("这项任务要求附照片。")


class TakerUnknown(Invalid):
    """Nobody with this account works in that grid."""

    code = "taker_unknown"
    text = N_("这个网格里没有这位网格人员。")
