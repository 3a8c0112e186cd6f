"""What can stand against a shift or a leave."""

from core.errors import DomainError, Invalid
from core.text import N_


class NoDutyPost(Invalid):
    """Only who holds a post at the place and may answer calls in all of it can have duty there."""

    code, text = "no_duty_post", N_("这个人在这里没有能接听呼叫的职务，请选择本单位的人。")


class ShiftClash(DomainError):
    """One account, one shift at a time, wherever it is."""

    code, text = "shift_clash", N_("这个人在这段时间已有值班，请换人或把时间错开。")


class ShiftOver(DomainError):
    """What was done is a record."""

    code, text = "shift_over", N_("这个班次已经结束，值班记录不能再改。")


class NothingToCopy(DomainError):
    """The weeks to be copied are empty, or everything is there already."""

    code, text = "nothing_to_copy", N_("没有可以复制的班次：请先排好前面的班，或检查是否已经复制过。")


class LeaveClash(DomainError):
    """One leave at a time."""

    code, text = "leave_clash", N_("这段时间已登记请假，请先取消原来的，或把日期错开。")


class LeaveOver(DomainError):
    """What was done is a record."""

    code, text = "leave_over", N_("这次请假已经结束，记录不能再改。")
