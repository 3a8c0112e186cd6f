"""My day: what it adds to the county."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.parts import Part
from core.security import Actor, Role
from core.text import N_
from plugins.grid.faces import cases as faces
from plugins.grid.views import my_day

assert my_day

OWN = frozenset({"grid.my_day"})


def _menu_items(actor: Actor) -> Iterable[MenuItem]:
    if actor.may("grid.my_day"):
        yield MenuItem(N_("我的一天"), "grid.my_day", "phone", "sun", 1)


PART = Part(
    roles=(
        Role("secretary", N_("村书记"), OWN),
        Role("grid_leader", N_("网格长"), OWN),
        Role("grid_member", N_("专职网格员"), OWN),
        Role("assistant", N_("网格协管员"), OWN),
    ),
    menu_items=_menu_items,
    day_items=faces.day_items,
)
