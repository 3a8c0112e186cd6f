"""Decisions on other people's pages: the way in for whoever governs."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The list at the desk."""
    if actor.may("supervision.view"):
        yield MenuItem(N_("决策事项"), "supervision.decisions", "office", "shield", 420)
