"""Why indicators are refused."""

from core.errors import DomainError
from core.text import N_


class ValueThere(DomainError):
    """A figure is entered once; after that it is corrected."""

    code, status = "diary_indicator_there", 409
    text = N_("这个村这一期的数已经登记，要改请用“更正”，并写明原因。")


class ValueChanged(DomainError):
    """Somebody corrected it meanwhile."""

    code, status = "diary_indicator_changed", 409
    text = N_("这个数刚被更正过（第 %(version)d 版），请看了再改。")


class IndicatorThere(DomainError):
    """The county has an indicator of this title."""

    code, status = "diary_indicator_title", 409
    text = N_("已经有这个指标。")
