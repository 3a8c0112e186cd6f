"""One-tap supervision on other people's pages: the way in, and what waits at the desk."""

from collections.abc import Iterable

from core.hookspecs import Card, MenuItem
from core.security import Actor
from core.text import N_
from plugins.supervision.queries.report_desk import lights
from plugins.supervision.queries.report_reach import FIGURES, HANDLE

TITLE = N_("监督一点通")
REPORT = "supervision.report"


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """One way in: to the desk, to the figures, or to the form."""
    if actor.may(HANDLE):
        yield MenuItem(TITLE, "supervision.reports", "office", "shield", 340)
    elif actor.may(FIGURES):
        yield MenuItem(TITLE, "supervision.report_figures", "office", "shield", 340)
    elif actor.may(REPORT):
        yield MenuItem(TITLE, "supervision.report_start", "phone", "shield", 60)


def home_cards(actor: Actor) -> Iterable[Card]:
    """The tile to report, and the desk's lights; nobody sees a light of what concerns them."""
    if actor.may(HANDLE):
        yield Card("supervision/_report_lights.html", {"lights": lights(actor)}, order=30)
    elif actor.is_anonymous or actor.may(REPORT):
        yield Card("supervision/_report_tile.html", {}, order=60)
