"""What can stand against dividing a village anew."""

from core.errors import DomainError
from core.text import N_


class GridGone(DomainError):
    """The grid was merged or closed before."""

    code, text = "grid_closed", N_("这个网格已经撤销。")


class GridBegunToday(DomainError):
    """A grid exists for a day at least, so that the figures of each day have one answer."""

    code, text = "grid_begun_today", N_("今天新设的网格，明天起才能合并或撤销。")


class NothingToSplit(DomainError):
    """A split leaves households on both sides."""

    code, text = "nothing_to_split", N_("拆分后两边都要有户：请选择一部分户，不能一户不选，也不能全选。")


class HouseholdsElsewhere(DomainError):
    """Households that do not stand where they were said to stand (they moved meanwhile)."""

    code, text = "households_elsewhere", N_("有的户已不在这个网格，请刷新页面重新选择。")


class NoSisters(DomainError):
    """Grids are merged and households moved only within a village."""

    code, text = "not_sisters", N_("只能在同一个村的网格之间调整。")


class DayGone(DomainError):
    """The figures of days gone by are not changed."""

    code, status = "day_gone", 422
    text = N_("生效日期不能早于今天：以前的数字不改动。")
