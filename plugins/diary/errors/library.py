"""Why changes of the library are refused."""

from core.errors import DomainError
from core.text import N_


class DocumentChanged(DomainError):
    """Somebody saved another version meanwhile."""

    code, status = "diary_document_changed", 409
    text = N_("这份资料刚出了第 %(version)d 版。您写的还在下面，请对照新的一版再保存。")


class DocumentWithdrawn(DomainError):
    """It was withdrawn and stays as it is."""

    code, status = "diary_document_withdrawn", 409
    text = N_("这份资料已经撤下，只能查看。")
