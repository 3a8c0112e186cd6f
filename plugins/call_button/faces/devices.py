"""Devices on other people's pages: the way in, what wants looking after, a household's callers."""

from collections.abc import Iterable

from core.hookspecs import Card, MenuItem, Panel
from core.security import Actor
from core.text import N_
from plugins.call_button.device_words import DEVICES, LIGHT_COLOURS, LIGHTS, VIEW, WELL
from plugins.call_button.queries.devices import Wanted, light_counts, list_devices


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Those at a desk and those on the way have the same list."""
    if actor.may(DEVICES) or actor.may(VIEW):
        yield MenuItem(N_("呼叫器"), "call_button.devices", "office", "bell", 305)
    if actor.may(DEVICES):
        yield MenuItem(N_("呼叫器"), "call_button.devices", "phone", "bell", 45)


def home_cards(actor: Actor) -> Iterable[Card]:
    """What wants looking after, for whoever does."""
    if not actor.may(DEVICES):
        return
    counts = light_counts(actor.scope(DEVICES))
    wanting = {name: count for name, count in counts.items() if count and name != WELL}
    if wanting:
        values = {"counts": wanting, "lights": LIGHTS, "colours": LIGHT_COLOURS}
        yield Card("call_button/_device_card.html", values, order=35)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """The callers in a household's home."""
    scope = actor.scope(VIEW)
    if not scope.prefixes:
        return
    found, _ = list_devices(scope, Wanted(household_id=household_id), page_size=10)
    may_register = actor.may(DEVICES)
    if found or may_register:
        values = {
            "devices": found,
            "household_id": household_id,
            "may_register": may_register,
            "lights": LIGHTS,
            "colours": LIGHT_COLOURS,
        }
        yield Panel("call_button/_device_panel.html", values)
