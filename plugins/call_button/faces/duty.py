"""The duty roster on other people's pages: the ways in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_
from plugins.call_button.duty_words import DUTY, VIEW


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The roster for whoever makes one; everybody else on call has their own shifts on the phone."""
    if actor.may(DUTY):
        yield MenuItem(N_("值班表"), "call_button.duty", "office", "clock", 306)
    elif actor.may(VIEW):
        yield MenuItem(N_("我的值班"), "call_button.my_duty", "phone", "clock", 75)
