"""Why changes of the power list and publications of funds, assets, resources are refused."""

from core.errors import DomainError
from core.text import N_


class PowerThere(DomainError):
    """The list has an item of this code."""

    code, status = "supervision_power_there", 409
    text = N_("清单里已有编码为 %(power)s 的事项。")


class PowerEnded(DomainError):
    """The item holds no longer."""

    code, status = "supervision_power_ended", 409
    text = N_("这个事项已停止使用，只能查看。")


class PowerSame(DomainError):
    """The new version says nothing new."""

    code, status = "supervision_power_same", 409
    text = N_("内容没有变化，没有生成新版本。")


class PowerChanged(DomainError):
    """Somebody else made a version meanwhile."""

    code, status = "supervision_power_changed", 409
    text = N_("别人刚刚修改了这个事项（现在是第 %(version)d 版），请重新打开再改。")


class PowerOn(DomainError):
    """The item is switched on there, on those days."""

    code, status = "supervision_power_on", 409
    text = N_("事项 %(power)s 在这段时间已经开通。")


class PowerOff(DomainError):
    """The item is not switched on there."""

    code, status = "supervision_power_off", 409
    text = N_("这个事项没有开通，或已写明停用日期。")


class ShippedTaken(DomainError):
    """Every shipped item stands in the list."""

    code, status = "supervision_shipped_taken", 409
    text = N_("随附清单的事项都已在本县清单里。")


class AssetsFileKind(DomainError):
    """A publication comes as a workbook, which is kept."""

    code, status = "supervision_assets_file", 415
    text = N_("请上传 Excel 文件（.xlsx），原文件会一并保存。")


class AssetsNotOver(DomainError):
    """The period has not ended."""

    code, status = "supervision_assets_not_over", 409
    text = N_("这一期还没有结束，结束后才能公开。")


class AssetsThere(DomainError):
    """The period is published; it is corrected by a version that says what changed."""

    code, status = "supervision_assets_there", 409
    text = N_("这一期已经公开。如需更正，请写明更正了什么，系统会另存一版。")


class AssetsSame(DomainError):
    """The same file is published already."""

    code, status = "supervision_assets_same", 409
    text = N_("这份文件与已公开的完全相同。")


class NotOfVillage(DomainError):
    """Questions are for residents of the village."""

    code, status = "supervision_not_of_village", 403
    text = N_("只有本村居民可以就本村的公开内容提问。")


class TooManyQuestions(DomainError):
    """So many of one resident wait."""

    code, status = "supervision_too_many_questions", 409
    text = N_("您还有 %(count)d 个问题没有答复，请等答复后再提。")


class QuestionAnswered(DomainError):
    """An answer stands as it was given."""

    code, status = "supervision_question_answered", 409
    text = N_("这个问题已经答复。")
