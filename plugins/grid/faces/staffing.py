"""The way in to the staffing board, and what is missing on the home page of those who can fill it."""

from collections.abc import Iterable

from core.hookspecs import Card, MenuItem
from core.security import Actor
from core.text import N_
from plugins.grid.queries.grids import vacancies
from plugins.grid.words import STAFF_ROLES

VIEW, STAFF = "grid.view", "grid.staff"


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
