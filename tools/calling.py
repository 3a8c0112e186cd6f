"""Callers on the walls of a synthetic county, and keys that are pressed: for browser tests and measurements.

Keys are pressed in this process, while the county's server is another one, as the bridge is.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.cli.context import opened_with_plugins
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.devices import Reading
from core.people.api import persons_of
from core.people.models import Household
from core.scope import AreaScope
from plugins.call_button.models.calls import Press
from plugins.call_button.models.devices import Device, DeviceContact
from plugins.call_button.queries.contacts import NAME_SEALED, PHONE_SEALED
from plugins.call_button.services.presses import store_press
from tools.running import GRIDGOV

PLUGIN = "call_button"
GREEN, RED, UP, DOWN = "1", "2", "3", "4"


def switch_on(data: Path) -> None:
    """The call button is on in the county, whatever its config allowed before."""
    config = data / "config.toml"
    text = config.read_text("utf-8")
    if f'"{PLUGIN}"' not in text:
        config.write_text(text.replace("allowed = [", f'allowed = ["{PLUGIN}", ', 1), "utf-8")
    enable = [GRIDGOV, "plugin", "enable", PLUGIN, "--data", str(data)]
    subprocess.run(enable, check=True, capture_output=True)


class Walls:
    """Homes of a county that is open in this process."""

    def homes(self, area_code: str, most: int = 20) -> list[Household]:
        """The first households of an area."""
        query = Household.within(AreaScope((area_code,))).where(Household.ended_at.is_null())
        return list(query.order_by(Household.id).limit(most))

    def hang(self, home: Household, place: str = "卧室床头", kind: str = "button") -> Device:
        """A device in a home, with two contacts."""
        seal = county().keys.seal
        people = persons_of(home.id)
        with unit_of_work(housekeeping="a device of a synthetic home"):
            device: Device = Device.create(
                area_code=home.area_code,
                household_id=home.id,
                person_id=people[0].id if people else None,
                kind=kind,
                driver="call_button.http",
                model="http_4",
                source=f"wall-{home.id}-{kind}",
                place=place,
                registered_at=now(),
                registered_by=0,
            )
            for position, (relation, name, phone) in enumerate(
                (("child", "测试甲", "13900000001"), ("neighbour", "测试乙", "13900000002")), 1
            ):
                DeviceContact.create(
                    device_id=device.id,
                    position=position,
                    relation=relation,
                    name=seal(name, NAME_SEALED),
                    phone=seal(phone, PHONE_SEALED),
                )
        return device

    def press(self, device: Device, key: str = GREEN, message_id: str = "") -> Press:
        """A key is pressed now."""
        with unit_of_work(housekeeping="a key of a synthetic device"):
            return store_press(device, Reading(device.source, key=key, message_id=message_id), now())[0]


@contextmanager
def walls(data: Path) -> Iterator[Walls]:
    """The homes of the county in `data`, which stays open in this process meanwhile."""
    with opened_with_plugins(data):
        yield Walls()
