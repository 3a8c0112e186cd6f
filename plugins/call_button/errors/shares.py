"""What can stand against letting somebody read a household's calls."""

from core.errors import DomainError, Invalid
from core.text import N_


class ReaderUnknown(Invalid):
    """User name and name do not belong together, or to nobody who can read: all look the same on purpose."""

    code, text = "share_reader_unknown", N_("没有找到这个账号：用户名和姓名要与对方的账号完全一致。")


class ShareTwice(DomainError):
    """One share a reader."""

    code, text = "share_twice", N_("这位家人已经可以查看，不用再开通。")


class TooManyShares(DomainError):
    """A household is read by few."""

    code, text = "too_many_shares", N_("一户最多给 5 位家人查看，请先停止一位。")
