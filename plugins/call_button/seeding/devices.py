"""Callers in the homes of old people of demo and test counties; all made up."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from core.accounts.api import operator
from core.clock import now
from core.devices import DeviceInput
from core.hookspecs import SeedWorld
from core.people.api import household_brief, special_persons
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.call_button.drivers import simulator, zigbee2mqtt
from plugins.call_button.services.readings import take
from plugins.call_button.services.registering import Contact, Hardware, NewDevice, register_device

_PLACES = ("床头", "客厅", "厨房门边", "沙发旁")
# Made-up numbers: no network gives them out.
_PHONE = "190000%05d"
_SURNAMES = "赵钱孙李周吴郑王"


@value_class
class Hung:
    """A device on a wall: `press` presses a key of it at the present moment."""

    id: int
    household_id: int
    area_code: str
    source: str
    driver: str
    press: Callable[[str], None]


def hang_devices(world: SeedWorld, village: str, count: int) -> list[Hung]:
    """Hang `count` devices up in a village: callers, in between a simulated one and, last, a smoke alarm."""
    homes = _homes(world, village, count)
    found = []
    for place, household_id in enumerate(homes):
        is_smoke, is_simulated = count > 4 and place == len(homes) - 1, place in (1, 5)
        name = f"{village[-6:]}{place:04x}"
        if is_simulated:
            hardware = Hardware(simulator.NAME, "simulator_4", f"sim-{name}")
        else:
            hardware = Hardware(zigbee2mqtt.NAME, "smoke" if is_smoke else "TS0044", f"0xa4c138{name}")
        found.append(_hang(world, village, household_id, hardware, place))
    return found


def _homes(world: SeedWorld, village: str, count: int) -> list[int]:
    """Households with an old person who lives alone first, then others; each once."""
    scope = AreaScope((village,))
    alone, _ = special_persons(scope, tags=("empty_nest",), area_code=village, page_size=count)
    others = world.random.sample(world.households[village], min(2 * count, len(world.households[village])))
    # The first households' accounts are those that a demo begins with: something hangs there, too.
    wanted = [world.households[village][0], *(each.household_id for each in alone), *others]
    return list(dict.fromkeys(wanted))[:count]


def _hang(world: SeedWorld, village: str, household_id: int, hardware: Hardware, place: int) -> Hung:
    kin = Contact(
        "child",
        f"{world.random.choice(_SURNAMES)}{world.random.choice('伟芳强敏')}",
        _PHONE % world.random.randrange(100_000),
    )
    new = NewDevice(hardware, household_id, place=_PLACES[place % len(_PLACES)], contacts=(kin,))
    made = register_device(operator(), new)
    home = household_brief(AreaScope((village,)), household_id)
    assert home is not None

    def press(key: str) -> None:
        if hardware.driver == simulator.NAME:
            press_id = f"seed-{now().isoformat()}-{key}"
            take(simulator.NAME, simulator.message_of(hardware.source, key, press_id, now()))
        else:
            report(hardware.source, action=f"{key}_single", linkquality=140)

    return Hung(made.device_id, household_id, home.area_code, hardware.source, hardware.driver, press)


def report(source: str, **said: object) -> None:
    """A message of a Zigbee device at the present moment."""
    take(zigbee2mqtt.NAME, DeviceInput(f"zigbee2mqtt/{source}", json.dumps(said).encode(), now()))


def reports(devices: list[Hung], at: datetime) -> list[tuple[datetime, Callable[[], None]]]:
    """What the devices last said of themselves: the fourth one's battery is low, the third is silent."""
    planned: list[tuple[datetime, Callable[[], None]]] = []
    for place, device in enumerate(devices):
        if device.driver != zigbee2mqtt.NAME:
            continue
        battery = 12 if place == 3 else 60 + 3 * (place % 12)
        ago = timedelta(days=3) if place == 2 else timedelta(hours=1 + place % 9)
        planned.append((at - ago, _saying(device.source, battery, place)))
    return planned


def _saying(source: str, battery: int, place: int) -> Callable[[], None]:
    return lambda: report(source, battery=battery, linkquality=90 + 7 * (place % 12))
