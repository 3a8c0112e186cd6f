"""Why entries are refused."""

from core.errors import DomainError
from core.text import N_


class EntryChanged(DomainError):
    """Somebody saved another version meanwhile."""

    code, status = "diary_entry_changed", 409
    text = N_("这篇日记刚被改过（第 %(version)d 版）。您写的还在下面，请对照新的一版后再保存。")


class NotYourEntry(DomainError):
    """An entry is changed and removed by who wrote it."""

    code, status = "diary_not_your_entry", 403
    text = N_("日记只能由写的人修改或删除。")


class EntryTooOld(DomainError):
    """A published entry can be changed for some days."""

    code, status = "diary_entry_too_old", 409
    text = N_("公开满 %(days)d 天的日记不再修改，请另写一篇说明。")


class EntryHasCase(DomainError):
    """What became a case stays readable from it."""

    code, status = "diary_entry_has_case", 409
    text = N_("这篇日记里的问题已成为事项，要一直跟到办结，不能删除。")


class NoLonger(DomainError):
    """A published entry was read by others; it is not made private again."""

    code, status = "diary_entry_published", 409
    text = N_("已公开的日记不能再改为私记；写错了可以修改或删除。")


class LinkUnknown(DomainError):
    """Nothing of this kind with this id in the actor's areas."""

    code, status = "diary_link_unknown", 422
    text = N_("没有找到要关联的对象，或不在您的管辖范围内。")
