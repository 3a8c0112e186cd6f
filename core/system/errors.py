"""What operations refuse."""

from core.errors import DomainError
from core.text import N_


class NotReady(DomainError):
    """Something grave was found; `fields` says where."""

    code, status, text = "not_ready", 503, N_("系统暂时不能提供服务，请看各项检查。")
