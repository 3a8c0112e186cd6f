"""Why something about a device is refused."""

from core.errors import DomainError
from core.text import N_


class DeviceTaken(DomainError):
    """An address belongs to one working device."""

    code, status = "call_button_device_taken", 409
    text = N_("这个设备已经登记在一户家中，请先停用原来的登记，或核对设备编号。")


class DeviceEnded(DomainError):
    """A revoked or replaced device is history."""

    code, status = "call_button_device_ended", 409
    text = N_("这个设备已停用或已更换，请登记新的设备。")


class HouseholdOver(DomainError):
    """Nobody lives there any more."""

    code, status = "call_button_household_ended", 409
    text = N_("这一户已经注销，请选择现在居住的户。")


class NoSecret(DomainError):
    """Only what sends by HTTP, or comes to the broker by itself, has one."""

    code, status = "call_button_no_secret", 409
    text = N_("只有通过网络接口或通用 MQTT 发送的设备才有密钥，这个设备不需要。")


class TestDayOver(DomainError):
    """What is over cannot be ended."""

    __test__ = False
    code, status = "call_button_test_day_over", 409
    text = N_("这次测试已经结束，请另外安排一次。")


class PressNotProven(DomainError):
    """Who sent it is not proven; whoever guesses learns no more than that."""

    code, status = "call_button_press_not_proven", 403
    text = N_("签名不符，或设备没有登记，请核对设备编号和密钥。")


class PressRefused(DomainError):
    """It is proven who sent it, and it is not obeyed all the same: `why` says it."""

    code, status, words = "call_button_press_refused", 409, ("why",)
    text = N_("这次按键没有采纳：%(why)s。请检查设备的时钟、序号和登记。")
