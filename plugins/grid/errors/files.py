"""Why household files refuse."""

from core.errors import DomainError
from core.text import N_


class AlreadyRegistered(DomainError):
    """The register of residents holds it: nothing is asked twice (国办函〔2026〕12号)."""

    code, status = "asked_twice", 422
    text = N_("户籍登记里已有“%(title)s”，不再重复填写；请到户与居民里维护。")


class ItemInUse(DomainError):
    """Files hold values of the item: its type and owner, or a choice that was picked, must stay."""

    code, status = "item_in_use", 409
    text = N_("已有档案填写了这一项，类型和已用的选项不能再改；可以停用它，另设一项。")


class ItemRetired(DomainError):
    """The item is filled in no more."""

    code, status = "item_retired", 422
    text = N_("“%(title)s”已停用，不再填写。")


class FileClosed(DomainError):
    """The household has ended: its file is read, not written."""

    code, status = "file_closed", 409
    text = N_("这一户已经销户，档案只能查看。")


class FileMovedOn(DomainError):
    """Somebody changed the same values after this form was opened; `fields` say which and to what."""

    code, status = "file_moved_on", 409
    text = N_("有几项刚被别人改过，请核对后再保存。")


class RegisterKnown(DomainError):
    """The name, or the filter, stands in the list already."""

    code, status = "register_known", 409
    text = N_("已有同名或同样条件的专项档案。")


class ExportTooLarge(DomainError):
    """So many files are no list any more."""

    code, status = "export_too_large", 422
    text = N_("一次最多导出 %(most)d 户，请先选择一个镇街或村社。")
