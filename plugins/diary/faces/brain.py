"""Hot words and the index on other people's pages: the ways in."""

from collections.abc import Iterable

from core.burdens import ground_of
from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_

P = "diary."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Whoever reads entries reads what they are about."""
    if actor.may(P + "view"):
        yield MenuItem(N_("民情热词"), P + "words", "office", "search", 306)
    if actor.may(P + "write"):
        yield MenuItem(N_("我的指数"), P + "my_index", "phone", "medal", 26)
    if actor.may(P + "index"):
        yield MenuItem(N_("指数异议"), P + "objections", "office", "medal", 308)
        if ground_of("personal_score"):
            yield MenuItem(N_("民情好干部指数"), P + "indices", "office", "medal", 307)
