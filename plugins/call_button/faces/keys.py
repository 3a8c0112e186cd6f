"""The four keys on other people's pages: the ways in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_
from plugins.call_button.device_words import DEVICES
from plugins.call_button.queries.simulator import may_simulate


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Cards to print for whoever hangs devices up; the simulator for whoever may use it."""
    if actor.may(DEVICES):
        yield MenuItem(N_("使用卡和海报"), "call_button.key_cards", "office", "card", 307)
        yield MenuItem(N_("模拟呼叫器"), "call_button.simulator", "office", "bell", 308)
    elif may_simulate(actor):
        yield MenuItem(N_("模拟呼叫器"), "call_button.simulator", "phone", "bell", 90)
