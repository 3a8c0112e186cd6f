"""Why a voucher is refused."""

from core.errors import DomainError
from core.text import N_


class VoucherUnknown(DomainError):
    """No voucher of ours: mistyped or forged."""

    code, status = "voucher_unknown", 404
    text = N_("这个凭证码不对。请看清后重新输入，或请居民重新出示。")


class VoucherForeign(DomainError):
    """A genuine voucher for another provider."""

    code, status = "voucher_foreign", 409
    text = N_("这张凭证不是本单位的服务，请居民看清凭证上的服务单位。")


class VoucherUsed(DomainError):
    """A voucher counts once."""

    code, status = "voucher_used", 409
    text = N_("这张凭证已经用过了。")


class VoucherReturned(DomainError):
    """Its points went back to the resident."""

    code, status = "voucher_returned", 409
    text = N_("这张凭证已退回，积分已返还居民。")


class VoucherExpired(DomainError):
    """Its last day is over; the village gives the points back on request."""

    code, status = "voucher_expired", 409
    text = N_("这张凭证的有效期到 %(day)s，已过期。请居民到村委会申请退回积分。")


class NotYourProvider(DomainError):
    """The account takes in vouchers for nobody."""

    code, status = "not_your_provider", 403
    text = N_("您的账号还没有绑定服务单位，请联系管理人员。")
