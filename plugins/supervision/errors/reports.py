"""Why one-tap supervision refuses."""

from core.errors import DomainError
from core.text import N_


class ReportAreaUnknown(DomainError):
    """A code that leads to no village of this county."""

    code, status = "supervision_report_area_unknown", 404
    text = N_("没有这个村（社区），请重新选择。")


class SubjectUnknown(DomainError):
    """Only whoever holds a post there, or lives there, can be chosen; others are written down."""

    code, status = "supervision_report_subject_unknown", 422
    text = N_("选中的人不在这个村（社区）的名单里，请改为直接写姓名。")


class TooManyReports(DomainError):
    """From one place, or about one village, too many in a short time."""

    code, status = "supervision_reports_too_many", 429
    text = N_("发得太多太快了，请过 %(minutes)d 分钟再试；急事请拨打 12388。")


class ReportTooLarge(DomainError):
    """Photos and sounds together are larger than the county takes at once."""

    code, status = "supervision_report_too_large", 413
    text = N_("照片和录音加起来太大了，没有发出去。您写的还在，请少选几张或换短一点的录音再发。")


class NumberUnknown(DomainError):
    """No report has this tracking number."""

    code, status = "supervision_report_number_unknown", 404
    text = N_("没有这个追踪码，请看看有没有抄错。")


class ReportMovedOn(DomainError):
    """From its present state a report does not get there."""

    code, status = "supervision_report_moved_on", 409
    text = N_("这件反映现在是“%(state)s”，不能这样操作，请刷新后再看。")
    words = ("state",)


class HandlerUnfit(DomainError):
    """Who is to handle it must belong to the office, and not be concerned."""

    code, status = "supervision_report_handler_unfit", 422
    text = N_("这个人不能办理这件反映，请另选一人。")


class NotTheHandler(DomainError):
    """Only who was assigned answers."""

    code, status = "supervision_report_not_handler", 403
    text = N_("这件反映没有分给您，由承办人答复。")


class HandlerEnds(DomainError):
    """Nobody ends what they handled themselves."""

    code, status = "supervision_report_handler_ends", 403
    text = N_("承办人不能自己办结，请由同事核对后办结，或等反映人评价。")


class NothingAbove(DomainError):
    """Above the county there is no office in this county's system."""

    code, status = "supervision_report_nothing_above", 409
    text = N_("已经在县区一级，不能再往上转；请换一位承办人。")


class UrgedJustNow(DomainError):
    """Urging twice on one day does not make it faster."""

    code, status = "supervision_report_urged_already", 409
    text = N_("今天已经催过了，请明天再催。")


class RatingOver(DomainError):
    """It was rated to the end, or too long ago."""

    code, status = "supervision_report_rating_over", 409
    text = N_("这件反映已经评价完毕，不能再改；有新的情况请重新反映，或拨打 12388。")


class ReporterUnknown(DomainError):
    """Of an anonymous report nobody knows who sent it."""

    code, status = "supervision_report_anonymous", 409
    text = N_("这是匿名反映，系统没有记录反映人。")
