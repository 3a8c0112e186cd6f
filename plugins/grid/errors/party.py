"""Why the party branch, links, visits and deeds are refused."""

from core.errors import DomainError
from core.text import N_


class AlreadyMember(DomainError):
    """The person is in a group already."""

    code, status = "already_member", 409
    text = N_("这位党员已编入一个党小组，请先移出。")


class HouseholdLinked(DomainError):
    """The household has a member, or a question that waits for an answer."""

    code, status = "household_linked", 409
    text = N_("这一户已有联户党员，或有一个请求正等回复。")


class LinkMovedOn(DomainError):
    """The link was answered or ended meanwhile."""

    code, status = "link_moved_on", 409
    text = N_("这次联户刚有变化，请刷新后再办。")


class NotYourAnswer(DomainError):
    """The other side answers, not the one that asked."""

    code, status = "not_your_answer", 403
    text = N_("双向选择：一方提出，由另一方答复，不能自己答复自己。")


class NotYourLink(DomainError):
    """A visit is written down by the linked member, or by who answers for the branch."""

    code, status = "not_your_link", 403
    text = N_("只能记录自己联系的户。")


class OwnDeed(DomainError):
    """Nobody writes down or takes back their own deeds."""

    code, status = "own_deed", 403
    text = N_("不能登记或冲销自己的实事积分，请由他人办理。")


class DeedReversed(DomainError):
    """A deed is taken back at most once, and a reversal is not taken back."""

    code, status = "deed_reversed", 409
    text = N_("这一笔已经冲销，或本身就是冲销，不能再冲销。")


class KindStopped(DomainError):
    """The kind of deed does not exist or is used no more."""

    code, status = "deed_kind_stopped", 422
    text = N_("没有这种实事，或已停用。")


class LedgerDiffers(DomainError):
    """The ledger of deeds does not fit the record."""

    code, status = "deed_ledger_differs", 500
    text = N_("实事台账有 %(count)d 处与操作记录不符：%(first)s。")
