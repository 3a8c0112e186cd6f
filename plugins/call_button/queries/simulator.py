"""Simulated devices that somebody may press, and their four keys."""

from typing import Any

from core.areas.api import area_names
from core.county import plugin_settings
from core.people.api import household_head_name, mask_name
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.device_words import DEVICES, VIEW
from plugins.call_button.drivers.simulator import NAME
from plugins.call_button.models.devices import ACTIVE, Device
from plugins.call_button.queries.device_keys import meanings_of

_MOST = 200


@value_class
class Simulated:
    """A simulated device; `head`: masked; `keys`: key and meaning, left to right."""

    id: int
    source: str
    area_code: str
    area_name: str
    head: str
    place: str
    keys: tuple[tuple[str, str], ...]


def may_simulate(actor: Actor) -> bool:
    """Whether the actor may use the simulator: who registers devices, in a demonstration many."""
    return actor.may(DEVICES) or (_is_open() and (actor.may(VIEW) or actor.household_id is not None))


def simulated(actor: Actor) -> list[Simulated]:
    """The simulated devices that the actor may press, by area."""
    rows = list(_reach(actor).order_by(Device.area_code, Device.id).limit(_MOST))
    heads = household_head_name(row.household_id for row in rows)
    areas = area_names(row.area_code for row in rows)
    return [
        Simulated(
            row.id,
            row.source,
            row.area_code,
            areas.get(row.area_code, ""),
            mask_name(heads[row.household_id]) if row.household_id in heads else "",
            row.place,
            tuple(meanings_of(row).items()),
        )
        for row in rows
    ]


def simulated_row(actor: Actor, device_id: int) -> Device | None:
    """A simulated device that the actor may press, or None."""
    found: Device | None = _reach(actor).where(Device.id == device_id).get_or_none()
    return found


def _reach(actor: Actor) -> Any:
    if not may_simulate(actor):
        return Device.within(actor.scope(DEVICES)).where(Device.id == -1)
    scope = actor.scope(VIEW if _is_open() and actor.may(VIEW) else DEVICES)
    is_simulated = (Device.driver == NAME) & (Device.state == ACTIVE)
    if _is_open() and actor.household_id is not None and not scope.prefixes:
        own = Device.unscoped("a demonstration: one's own household's simulated keys")
        return own.where(is_simulated & (Device.household_id == actor.household_id))
    return Device.within(scope).where(is_simulated)


def _is_open() -> bool:
    return bool(plugin_settings("call_button")["simulator"])
