"""The case of a device that is not heard of or whose battery is weak: one a device, while that lasts."""

from typing import Final

from core.accounts.api import operator
from core.cases.api import NewCase, cancel_case, create_case
from core.errors import DomainError
from core.text import N_
from plugins.call_button.device_words import KINDS
from plugins.call_button.models.devices import Device

KIND: Final = "call_button.silent"
SILENT_TEXT = N_("%(kind)s很久没有发来消息，请上门看看电池、信号和设备是否正常。")
WEAK_TEXT = N_("%(kind)s电量只剩 %(battery)d%%，请上门更换电池。")
WELL_AGAIN = N_("设备已恢复正常。")
ENDED = N_("设备已停用或已更换。")


def file_case(row: Device) -> int | None:
    """File the case of a device, within the caller's unit of work; None where the county takes none.

    The grid's desk gets it where the household stands in a grid. Nobody's name stands in it.
    """
    words = {"kind": KINDS[row.kind], "battery": row.battery or 0}
    text = (SILENT_TEXT if row.silent_since is not None else WEAK_TEXT) % words
    new = NewCase(
        kind=KIND,
        text=text,
        area_code=row.area_code,
        place=row.place,
        household_id=row.household_id,
        subject=f"call_device:{row.id}",
        public=False,
    )
    try:
        return create_case(operator(), new)
    except DomainError:
        return None


def drop_case(row: Device, why: str) -> None:
    """Nothing is to be done any more: the case is cancelled, unless somebody has answered it already."""
    if row.silence_case_id is None:
        return
    try:
        cancel_case(operator(), row.silence_case_id, why)
    except DomainError:
        return
