"""Entries on other people's pages: the ways in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_

P = "diary."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Writing comes first on a cadre's phone; reading is at the desk."""
    if actor.may(P + "write"):
        yield MenuItem(N_("写日记"), P + "new_entry", "phone", "book", 2)
        yield MenuItem(N_("我的日记"), P + "my_entries", "phone", "list", 22)
    if actor.may(P + "view"):
        yield MenuItem(N_("民情日记"), P + "entries", "office", "book", 302)
