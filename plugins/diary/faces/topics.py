"""Topics on other people's pages: the way in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_

P = "diary."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Whoever decides on them finds them at the desk."""
    if actor.may(P + "topics"):
        yield MenuItem(N_("一类事"), P + "topics", "office", "people", 309)
