"""Callers and other devices: what they add to the county."""

from core.hookspecs import CaseKind, Job
from core.parts import Part
from core.security import Role
from core.text import N_
from plugins.call_button.device_words import DEVICES, PRESS, VIEW
from plugins.call_button.drivers import DRIVERS
from plugins.call_button.endpoints import devices as endpoints
from plugins.call_button.faces import devices as faces
from plugins.call_button.models.devices import Device, DeviceContact, RefusedMessage, TestDay, UnknownDevice
from plugins.call_button.queries.device_health import findings
from plugins.call_button.services import homes
from plugins.call_button.services.silence import forget_old, watch_devices
from plugins.call_button.services.silence_cases import KIND
from plugins.call_button.views import device_forms, device_tests, devices

assert all((endpoints, device_forms, device_tests, devices))

SEE = frozenset({VIEW})
LOOK_AFTER = SEE | {DEVICES}


def _watch() -> None:
    watch_devices()


PART = Part(
    models=(Device, DeviceContact, UnknownDevice, RefusedMessage, TestDay),
    device_drivers=DRIVERS,
    roles=(
        Role("county_admin", N_("县区管理员"), LOOK_AFTER | {PRESS}),
        Role("town_official", N_("镇街工作人员"), LOOK_AFTER),
        Role("secretary", N_("村书记"), LOOK_AFTER),
        Role("grid_leader", N_("网格长"), LOOK_AFTER),
        Role("grid_member", N_("专职网格员"), LOOK_AFTER),
        Role("assistant", N_("网格协管员"), SEE),
        Role("stationed_cadre", N_("驻村干部"), SEE),
        Role("supervisor", N_("督查员"), SEE),
    ),
    audit_titles={
        "call_button.register_device": N_("登记呼叫器"),
        "call_button.change_device": N_("修改呼叫器"),
        "call_button.set_contacts": N_("修改呼叫器联系人"),
        "call_button.reveal_contacts": N_("查看呼叫器联系人"),
        "call_button.renew_secret": N_("更换呼叫器密钥"),
        "call_button.revoke_device": N_("停用呼叫器"),
        "call_button.replace_device": N_("更换呼叫器"),
        "call_button.move_device": N_("呼叫器移到另一户"),
        "call_button.press_for": N_("通过接口代设备按键"),
        "call_button.arrange_test": N_("安排呼叫器测试"),
        "call_button.end_test": N_("结束呼叫器测试"),
    },
    jobs=(
        Job("call_button.watch_devices", N_("查找失联和电量低的呼叫器"), _watch, every=10),
        Job("call_button.forget_messages", N_("清理未采纳的设备消息"), forget_old, daily="03:40"),
    ),
    case_kinds=(CaseKind(KIND, N_("呼叫器失联或电量低"), rated=False, first_level="grid"),),
    menu_items=faces.menu_items,
    home_cards=faces.home_cards,
    household_panels=faces.household_panels,
    household_moved=homes.move_devices,
    household_ended=homes.end_devices,
    veto_household_end=homes.veto_end,
    veto_import_undo=homes.veto_undo,
    check_health=findings,
)
