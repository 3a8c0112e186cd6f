"""What division and staffing show on other people's pages: menus and home cards."""

from collections.abc import Iterable

from core.hookspecs import Card, MenuItem
from core.security import Actor
from core.text import N_
from plugins.grid.queries.grids import vacancies
from plugins.grid.words import STAFF_ROLES

VIEW, DIVIDE, STAFF = "grid.view", "grid.divide", "grid.staff"


def division_menu(actor: Actor) -> Iterable[MenuItem]:
    """The overview for everybody on duty, the division for who divides."""
    if actor.may(VIEW):
        yield MenuItem(N_("网格"), "grid.overview", "office", "map", 30)
    if actor.may(DIVIDE):
        yield MenuItem(N_("网格划分"), "grid.division", "office", "chart", 31)


def staffing_menu(actor: Actor) -> Iterable[MenuItem]:
    """The board for who watches and who staffs."""
    if actor.may(VIEW):
        yield MenuItem(N_("网格配备"), "grid.staffing", "office", "people", 32)


def staffing_card(actor: Actor) -> Iterable[Card]:
    """What is missing, for those who can fill it."""
    if not actor.may(STAFF):
        return
    missing = vacancies(actor.scope(STAFF))
    shown = [(STAFF_ROLES[role], role, count) for role, count in missing.items() if count > 0]
    yield Card("grid/_home_staffing.html", {"missing": shown}, 30)
