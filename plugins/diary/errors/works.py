"""Why small works and duties are refused."""

from core.errors import DomainError
from core.text import N_


class WorkMovedOn(DomainError):
    """From its present state a work does not get there."""

    code, status = "diary_work_moved_on", 409
    text = N_("这件微实事现在是“%(state)s”，不能这样操作。")
    words = ("state",)


class AfterPhotoMissing(DomainError):
    """Public money was spent: what came of it is shown."""

    code, status = "diary_after_photo_missing", 409
    text = N_("完工要有完工后的照片，请先上传。")


class CostUnexplained(DomainError):
    """More than the budget needs a reason."""

    code, status = "diary_cost_unexplained", 422
    text = N_("实际花费超过预算，请写明原因。")


class OwnWork(DomainError):
    """Nobody checks what they reported as done themselves."""

    code, status = "diary_own_work", 403
    text = N_("完工是您自己登记的，验收要由别人来做。")


class DutyDone(DomainError):
    """A duty is finished once."""

    code, status = "diary_duty_done", 409
    text = N_("这一条已经办完。")
