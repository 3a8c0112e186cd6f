"""What can go wrong with reports, their templates and awards."""

from typing import ClassVar

from core.errors import DomainError
from core.text import N_


class ReportRunning(DomainError):
    """One of this area and month is being written."""

    code, status, text = "report_running", 409, N_("这个月的报告正在撰写，请稍候。")


class ReportTooEarly(DomainError):
    """The month has not begun."""

    code, status, text = "report_too_early", 422, N_("这个月还没有开始，不能写报告。")


class ReportNotReady(DomainError):
    """It is not finished."""

    code, status, text = "report_not_ready", 409, N_("报告还没有写完，请稍候再下载。")


class ReportNotFailed(DomainError):
    """There is nothing to try again."""

    code, status, text = "report_not_failed", 409, N_("这份报告没有失败，不用重试。")


class ReportDamaged(DomainError):
    """The figures that were kept are not those whose hash was kept."""

    code, status = "report_damaged", 409
    text = N_("这份报告的数字与当时的校验值不符，不能使用。请联系信息中心，或重新撰写一份。")


class NoFont(DomainError):
    """A PDF needs a Chinese font."""

    code, status = "no_font", 409
    text = N_("本机没有中文字体，不能生成 PDF。请信息中心安装 fonts-noto-cjk，或下载 Word。")


class TemplateRefused(DomainError):
    """A template that is not taken, or cannot be printed by. Subclasses say why."""

    code, status, text = "report_template_refused", 422, N_("这个模板不能使用。")
    words: ClassVar[tuple[str, ...]] = ()


class TemplateBroken(TemplateRefused):
    """No Word file, or one that cannot be opened."""

    code, text = "report_template_broken", N_("模板打不开。请在 Word 或 WPS 中另存为 .docx 后再上传。")


class TemplateTooLarge(TemplateRefused):
    """More than a template can need."""

    code = "report_template_too_large"
    text = N_("模板太大：最大 2 MB，解开后最大 16 MB。请删去模板里的图片后再上传。")


class TemplateUnsafe(TemplateRefused):
    """It points outside, or brings something along that is no text."""

    code = "report_template_unsafe"
    text = N_("模板里有外部链接、嵌入对象或外部实体，不能使用。请在 Word 中取消超链接、删去嵌入对象。")


class TemplateSyntax(TemplateRefused):
    """The marks in braces do not fit together."""

    code = "report_template_syntax"
    text = N_("模板里的花括号标记写得不对，例如 for 没有 endfor。请对照默认模板改正后再上传。")


class TemplateUnknown(TemplateRefused):
    """It asks for something that a report does not have."""

    code = "report_template_unknown"
    text = N_("模板用到了报告里没有的名称。可用的名称写在默认模板和使用说明里，请改正后再上传。")


class TemplateForbidden(TemplateRefused):
    """It reaches for what is no figure of the report."""

    code = "report_template_forbidden"
    text = N_("模板想访问报告以外的内容，已被阻止。模板里只能写报告的名称，请改正后再上传。")


class TemplateHeavy(TemplateRefused):
    """It would take more time or memory than a report may."""

    code = "report_template_heavy"
    text = N_("按这个模板生成 Word 太费时间或内存，已停止。请删去多余的循环后再上传。")


class NominationDecided(DomainError):
    """Somebody has decided."""

    code, status, text = "nomination_decided", 409, N_("这一项已经有人决定了。")


class OwnNomination(DomainError):
    """Nobody decides about themselves."""

    code, status, text = "own_nomination", 403, N_("不能决定自己的评优，请由他人决定。")
