"""The power list and what villages publish, on other people's pages: one way in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_

P = "supervision."
TITLE = N_("权力清单和三资公开")


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Staff come to the list at the desk, residents to their village's public page."""
    if actor.may(P + "view"):
        yield MenuItem(TITLE, P + "powers", "office", "list", 120)
    elif actor.may(P + "ask"):
        yield MenuItem(TITLE, P + "my_village", "phone", "list", 60)
