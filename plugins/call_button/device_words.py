"""Words of devices: kinds, lights, meanings of keys, and which rights rule them."""

from collections.abc import Mapping
from typing import Final

from core.text import N_
from plugins.call_button.settings import CALL, CANCEL, DISSATISFIED, SATISFIED

VIEW, DEVICES, PRESS = "call_button.view", "call_button.devices", "call_button.press"
KINDS: Final[Mapping[str, str]] = {
    "button": N_("呼叫器"),
    "smoke": N_("烟雾报警器"),
    "door": N_("门磁"),
    "fall": N_("跌倒探测器"),
}
MEANING_TITLES: Final[Mapping[str, str]] = {
    CALL: N_("呼叫"),
    CANCEL: N_("挂断"),
    SATISFIED: N_("满意"),
    DISSATISFIED: N_("不满意"),
    "alarm": N_("报警"),
    "unknown": N_("不起作用"),
}
# What a device's light says, the worst first.
SILENT, OFFLINE, WEAK, NEVER, WELL = "silent", "offline", "weak", "never", "well"
LIGHTS: Final[Mapping[str, str]] = {
    SILENT: N_("失联"),
    OFFLINE: N_("离线"),
    WEAK: N_("电量低"),
    NEVER: N_("还没有收到过消息"),
    WELL: N_("工作正常"),
}
LIGHT_COLOURS: Final[Mapping[str, str]] = {
    SILENT: "bad",
    OFFLINE: "bad",
    WEAK: "warn",
    NEVER: "warn",
    WELL: "good",
}
STATES: Final[Mapping[str, str]] = {
    "active": N_("在用"),
    "revoked": N_("已停用"),
    "replaced": N_("已更换"),
}
RELATIONS: Final[Mapping[str, str]] = {
    "child": N_("子女"),
    "kin": N_("亲属"),
    "neighbour": N_("邻居"),
    "doctor": N_("医生"),
    "other": N_("其他"),
}
MOST_CONTACTS = 5
