"""The ways in to grids and their division."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_

VIEW, DIVIDE = "grid.view", "grid.divide"


def division_menu(actor: Actor) -> Iterable[MenuItem]:
    """The overview for everybody on duty, the division for who divides."""
    if actor.may(VIEW):
        yield MenuItem(N_("网格"), "grid.overview", "office", "map", 30)
    if actor.may(DIVIDE):
        yield MenuItem(N_("网格划分"), "grid.division", "office", "chart", 31)
