"""Why a message of a device is not obeyed: codes, and words for whoever mends it."""

from collections.abc import Mapping
from typing import Final

from core.text import N_

RETAINED, UNREADABLE, FAILED, NO_DRIVER = "retained", "unreadable", "failed", "no_driver"
REVOKED, UNKNOWN_KEY, TOO_MANY = "revoked", "unknown_key", "too_many"
NOT_REGISTERED = "not_registered"
UNSIGNED, FORGED, TOO_OLD, REPLAYED = "unsigned", "forged", "too_old", "replayed"
REASONS: Final[Mapping[str, str]] = {
    RETAINED: N_("服务器留存的旧按键"),
    UNREADABLE: N_("内容无法识别"),
    FAILED: N_("程序处理出错"),
    NO_DRIVER: N_("没有对应的设备驱动"),
    REVOKED: N_("设备已停用"),
    UNKNOWN_KEY: N_("没有这个键"),
    TOO_MANY: N_("按得太多，只计数"),
    NOT_REGISTERED: N_("设备没有登记"),
    UNSIGNED: N_("没有签名"),
    FORGED: N_("签名不符"),
    TOO_OLD: N_("时间不符"),
    REPLAYED: N_("重复发送的旧消息"),
}
