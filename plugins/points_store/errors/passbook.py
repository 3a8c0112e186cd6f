"""Why nothing is printed into a passbook, and why somebody may not redeem for a household."""

from core.errors import DomainError
from core.text import N_


class PassbookInUse(DomainError):
    """A household has one passbook at a time."""

    code, status = "passbook_in_use", 409
    text = N_("这一户已有在用的存折；丢失或打满的，请办理换折。")


class PassbookClosed(DomainError):
    """A lost or full passbook takes no more lines."""

    code, status = "passbook_closed", 409
    text = N_("这本存折已停用，请用新折打印。")


class PassbookUpToDate(DomainError):
    """Every booking stands in the passbook already."""

    code, status = "passbook_up_to_date", 409
    text = N_("没有新的收支，存折已是最新，不用打印。")


class ProxyEnded(DomainError):
    """Whoever redeems for somebody else may do so no longer."""

    code, status = "proxy_ended", 409
    text = N_("代领已停用或到期，不能再代领。")


class ProxyLimit(DomainError):
    """More than the household lets its proxy redeem."""

    code, status = "proxy_limit", 409
    text = N_("代领人今天还可以代领 %(day)d 分，本月还可以代领 %(month)d 分。")


class ProxyOfHousehold(DomainError):
    """A household redeems for itself without any mandate."""

    code, status = "proxy_of_household", 409
    text = N_("本户的人可以直接兑换，不用指定为代领人。")


class ProxyUnknown(DomainError):
    """Nobody with this name and this phone is registered."""

    code, status = "proxy_unknown", 404
    text = N_("没有找到姓名和手机号都相符的居民，请核对后再填。")


class TooManyProxies(DomainError):
    """A household knows whom it has let redeem for it."""

    code, status = "too_many_proxies", 409
    text = N_("一户最多同时有 %(most)d 位代领人，请先停用一位。")
