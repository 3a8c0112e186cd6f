"""What the tests of calls do: hang a caller on a wall, press a key, let time pass."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.clock import now
from core.db import unit_of_work
from core.devices import Reading
from core.security import Actor
from core.testing import TestHousehold

DRIVER = "paper.keys"
# A plugin with a family of devices that only exists on paper.
PAPER = """
from core.devices import DeviceDriver, DeviceModel
from core.hookspecs import hookimpl

MODELS = (
    DeviceModel("four", "四键", ("green", "red", "up", "down")),
    DeviceModel("smoke", "烟感", ("smoke",), kind="smoke"),
)


@hookimpl
def register_device_drivers():
    return [DeviceDriver("paper.keys", "纸上的按键", MODELS, read=lambda _message: ())]
"""


@dataclass
class Callers:
    """People and devices of a village; `at` is the moment at which the clock stands."""

    people: list[TestHousehold]
    move_clock: Callable[[datetime], None]
    secretary: Actor
    leader: Actor
    member: Actor
    town: Actor
    _numbers: list[int] = field(default_factory=list)

    def device(self, home: int = 0, kind: str = "button", **more: Any) -> Any:
        """A device in a home."""
        from plugins.call_button.models.devices import Device

        household = self.people[home]
        self._numbers.append(1)
        with unit_of_work(housekeeping="a device for a test"):
            return Device.create(
                **{
                    "area_code": household.area_code,
                    "household_id": household.id,
                    "kind": kind,
                    "driver": DRIVER,
                    "model": "four" if kind == "button" else "smoke",
                    "source": f"paper-{len(self._numbers)}",
                    "place": "床头",
                    "registered_at": now(),
                    "registered_by": 0,
                    **more,
                }
            )

    def press(self, device: Any, key: str = "green", *, said: datetime | None = None, **more: Any) -> Any:
        """A key is pressed now, `said` by the device's own clock; the press, and whether it is new."""
        from plugins.call_button.services.presses import store_press

        with unit_of_work(housekeeping="a message came"):
            return store_press(device, Reading(source=device.source, key=key, at=said, **more), now())

    def call(self, device: Any, key: str = "green") -> Any:
        """The call that a press makes, as it is after it."""
        press, _ = self.press(device, key)
        return self.row(press.call_id)

    def row(self, call_id: int) -> Any:
        """A call as it is now."""
        from plugins.call_button.models.calls import Call

        return Call.unscoped("a test looks at it").where(Call.id == call_id).get()

    def steps(self, call_id: int) -> list[str]:
        """The deeds of a call's history, in their order."""
        from plugins.call_button.models.calls import CallStep

        rows = CallStep.select().where(CallStep.call_id == call_id).order_by(CallStep.number)
        return [row.deed for row in rows]

    def told(self, kind: str = "call_button.call_rang") -> list[int]:
        """The accounts that got a message of a kind, each as often as it got one."""
        from core.notices.models import Notice

        rows = Notice.select().where(Notice.kind == kind).order_by(Notice.id)
        return [row.account_id for row in rows]

    def wait(self, **time: float) -> None:
        """Time passes."""
        self.move_clock(now() + timedelta(**time))
