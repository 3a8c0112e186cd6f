"""What can go wrong with areas."""

from core.errors import DomainError
from core.text import N_


class AreaClosed(DomainError):
    """It was closed before."""

    code, text = "area_closed", N_("这个区域已经撤销。")


class AreaKept(DomainError):
    """Smaller areas inside it are still valid."""

    code, text = "area_kept", N_("它下面还有区域没有撤销，不能撤销。")


class AreaBegunToday(DomainError):
    """An area is valid for a day at least, so that the figures of each day have one answer."""

    code, text = "area_begun_today", N_("今天刚新设的区域，明天起才能撤销或合并。")


class AreaFull(DomainError):
    """No number is left below the parent."""

    code, text = "area_full", N_("上级区域下的编号已用完。")


class NoSuccessor(DomainError):
    """Whoever asks for the old code must be led somewhere."""

    code, text = "no_successor", N_("请选择同一级、仍然有效的继任区域。")
