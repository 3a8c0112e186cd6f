"""Simulated keys: pressed on a page for trials and training, or by the hundred from the command line."""

import re
from typing import Final

from core import audit
from core.accounts.api import operator
from core.clock import now
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import list_households
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.call_button.device_words import DEVICES
from plugins.call_button.drivers.simulator import MODELS, NAME, message_of
from plugins.call_button.errors.simulator import SimulatorClosed
from plugins.call_button.models.devices import ACTIVE, Device
from plugins.call_button.queries.simulator import may_simulate, simulated_row
from plugins.call_button.services.readings import Outcome, take
from plugins.call_button.services.registering import Hardware, NewDevice, register_device

KEYS: Final = MODELS[0].keys


def press_simulated(actor: Actor, device_id: int, key: str, press_id: str) -> Outcome:
    """Press a key of a simulated device; the same `press_id` again is the same press.

    Raises SimulatorClosed, NotFound, Invalid.
    """
    demand_open(actor)
    row = simulated_row(actor, device_id)
    if row is None:
        raise NotFound
    return _press(actor, row.source, row.area_code, f"call_device:{row.id}", key, press_id)


def press_stranger(actor: Actor, source: str, key: str, press_id: str) -> Outcome:
    """Press a key of a simulated device that nobody has registered yet: to practise pairing.

    Raises Forbidden, SimulatorClosed, Invalid.
    """
    demand_open(actor)
    scope = actor.demand(DEVICES)
    if not re.fullmatch(r"[A-Za-z0-9-]{3,40}", source):
        raise Invalid(fields={"source": [N_("请填写 3 到 40 个字母、数字或连字符。")]})
    return _press(actor, source, scope.prefixes[0], "call_device:unknown", key, press_id)


def demand_open(actor: Actor) -> None:
    """Raises Unauthenticated, SimulatorClosed."""
    actor.demand_signed_in()
    if not may_simulate(actor):
        raise SimulatorClosed


def _press(actor: Actor, source: str, area_code: str, subject: str, key: str, press_id: str) -> Outcome:
    if key not in KEYS:
        raise Invalid(fields={"key": [N_("请按四个键中的一个。")]})
    with unit_of_work():
        (outcome,) = take(NAME, message_of(source, key, press_id, now()))
        audit.record(
            actor, "call_button.simulate_press", area_code=area_code, subject=subject, key=key, source=source
        )
    return outcome


def simulated_sources(count: int) -> list[str]:
    """The addresses of the first `count` simulated devices of the county that are in use."""
    active = Device.unscoped("the operator presses simulated keys of the whole county", Device.source).where(
        (Device.driver == NAME) & (Device.state == ACTIVE)
    )
    return [row.source for row in active.order_by(Device.id).limit(count)]


def hang_simulated(count: int) -> int:
    """Register simulated devices at the county's households until there are `count`; how many are new.

    Only where the county says that it is a demonstration. Raises SimulatorClosed, NotFound (no household).
    """
    if not plugin_settings("call_button")["simulator"]:
        raise SimulatorClosed
    there = set(simulated_sources(count))
    everywhere = AreaScope((county().settings.county_code,))
    homes, _ = list_households(everywhere, page_size=count)
    if not homes:
        raise NotFound
    actor, made, number = operator(), 0, 0
    with unit_of_work(housekeeping="devices that are there already change nothing"):
        while len(there) + made < count:
            source = f"sim-load-{number:05d}"
            if source not in there:
                hardware = Hardware(NAME, MODELS[0].name, source)
                register_device(actor, NewDevice(hardware, homes[number % len(homes)].id))
                made += 1
            number += 1
    return made
