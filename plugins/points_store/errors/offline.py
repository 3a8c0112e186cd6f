"""Why a device that works without a line is refused."""

from core.errors import DomainError
from core.text import N_


class OfflineOff(DomainError):
    """The county allows no redemption without a line."""

    code, status = "offline_off", 409
    text = N_("本县区没有开放离线兑换。")


class DeviceUnknown(DomainError):
    """No device of this store has this key: never enrolled, or enrolled after what was restored."""

    code, status = "device_unknown", 404
    text = N_("这台设备还没有登记，请重新登记；没有上传的离线兑换会保留在设备里。")


class DeviceWaiting(DomainError):
    """The village has not said yes yet."""

    code, status = "device_waiting", 409
    text = N_("这台设备还没有经村里批准，请村书记在“离线设备”页面核对设备码后批准。")


class DeviceStopped(DomainError):
    """Reported lost, given up, or a copy of it was seen."""

    code, status = "device_stopped", 409
    text = N_("这台设备已停用，不能再预留额度。")


class NotYourDevice(DomainError):
    """A device belongs to the clerk who enrolled it."""

    code, status = "not_your_device", 403
    text = N_("这台设备由另一位店员登记，请由本人操作，或另行登记。")


class TooManyDevices(DomainError):
    """A store needs few of them."""

    code, status = "too_many_devices", 409
    text = N_("一家店最多登记 %(most)d 台设备，请先停用不用的。")


class QueueNotSent(DomainError):
    """What was spent must be booked before a quota is given back or a new one is taken."""

    code, status = "queue_not_sent", 409
    text = N_("还有 %(missing)d 笔离线兑换没有上传，请先上传。")


class DeviceBehind(DomainError):
    """The server knows more of the device than it does itself: it was set back, or there are two."""

    code, status = "device_behind", 409
    text = N_("这台设备的记录比系统里的旧，可能被还原或复制过，请停用后重新登记。")


class ConflictSettled(DomainError):
    """Somebody has decided already."""

    code, status = "conflict_settled", 409
    text = N_("这一笔已经处理过了。")


class ConflictNotBookable(DomainError):
    """A copied number, or one whose wallet or goods nobody can tell: only the store can bear it."""

    code, status = "conflict_not_bookable", 409
    text = N_("这一笔无法补记到居民账户，只能由超市承担。")
