"""What happens to devices when a household moves, ends, or was never one (an import taken back)."""

from core.plugin_manager import SYSTEM
from core.text import N_
from plugins.call_button.models.devices import ACTIVE, REVOKED, Device
from plugins.call_button.services.registering import end_device

_OF_HOUSEHOLD = "the devices of one household, wherever it stands"
STILL_HANGING = N_("这一户还有在用的呼叫器，请先在“呼叫器”中更换到新的户，或停用。")
REGISTERED = N_("这批户中已有登记了呼叫器的，不能撤销导入。")
WHY_ENDED = N_("住户已注销")


def move_devices(household_id: int, area_code: str) -> None:
    """The devices follow their household into another area, an ended village's too."""
    Device.update(area_code=area_code).where(Device.household_id == household_id).execute()


def end_devices(household_id: int) -> None:
    """A household has ended all the same: whatever hung there rings nowhere any more."""
    for row in _working(household_id):
        end_device(SYSTEM, row, REVOKED, WHY_ENDED)


def veto_end(household_id: int) -> str | None:
    """Nobody's caller falls silent because somebody tidied a register."""
    return STILL_HANGING if _working(household_id) else None


def veto_undo(households: range, persons: range) -> str | None:
    """A household that has a device is real."""
    found = Device.unscoped(_OF_HOUSEHOLD).where(
        (Device.household_id >= households.start) & (Device.household_id < households.stop)
    )
    return REGISTERED if found.exists() else None


def _working(household_id: int) -> list[Device]:
    found = Device.unscoped(_OF_HOUSEHOLD)
    return list(found.where((Device.household_id == household_id) & (Device.state == ACTIVE)))
