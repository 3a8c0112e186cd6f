"""What residents find of cases on their home page and in the menu."""

from collections.abc import Iterable

from core.cases.queries.lists import list_cases
from core.cases.queries.reach import REPORT, VIEW
from core.cases.words import RESOLVED
from core.hookspecs import Card, MenuItem
from core.security import Actor
from core.text import N_

_SHOWN = 3


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Ways in for whoever may report, and to the printed codes."""
    if actor.may(REPORT):
        yield MenuItem(N_("随手拍"), "cases_open.start", "phone", "camera", 13)
        yield MenuItem(N_("我的反馈"), "cases_open.mine", "phone", "list", 14)
    if actor.may(VIEW):
        yield MenuItem(N_("反馈二维码"), "cases_open.codes", "office", "qr", 48)


def home_cards(actor: Actor) -> Iterable[Card]:
    """The two ways to report, and what waits for one's rating; without an account, how it goes on."""
    if actor.is_anonymous:
        yield Card("cases/open/_welcome.html", {}, 15)
    if actor.may(REPORT) and actor.person_id is not None:
        waiting, count = list_cases(actor, mine="reported", state=RESOLVED, page_size=_SHOWN)
        yield Card("cases/open/_home.html", {"waiting": waiting, "count": count}, 15)
