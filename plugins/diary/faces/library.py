"""Spot checks, indicators, library, experts, supplies on other people's pages: the ways in."""

from collections.abc import Iterable

from core.hookspecs import Card, MenuItem
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.diary.queries.library import list_documents
from plugins.diary.queries.supplies import stand_on

P = "diary."
GROUP = N_("资源与评价")


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Whoever reads diaries uses all of it; who is logged in without that reads public policies."""
    if not actor.may(P + "view"):
        if not actor.is_anonymous:
            yield MenuItem(N_("政策和课程"), P + "policies", "phone", "book", 70)
        return
    if actor.may(P + "write"):
        yield MenuItem(N_("政策和课程"), P + "library", "phone", "book", 27)
        yield MenuItem(N_("专家"), P + "experts", "phone", "people", 28)
    yield MenuItem(N_("政策库"), P + "library", "office", "book", 320, GROUP)
    yield MenuItem(N_("人才库"), P + "experts", "office", "people", 321, GROUP)
    yield MenuItem(N_("物资"), P + "supplies", "office", "box", 322, GROUP)
    yield MenuItem(N_("评价指标"), P + "evaluation", "office", "chart", 323, GROUP)
    yield MenuItem(N_("发展指标"), P + "indicators", "office", "chart", 324, GROUP)
    yield MenuItem(N_("抽查"), P + "checks", "office", "check", 325, GROUP)


def home_cards(actor: Actor) -> Iterable[Card]:
    """Who is not logged in finds public policies from the first page, where there are any."""
    if actor.is_anonymous and list_documents(actor, public=True, page_size=1)[1]:
        yield Card("diary/_home_policies.html", {}, 80)


def veto_import_undo(households: range, _persons: range) -> str | None:
    """Households to which something was issued are not taken off the register again."""
    return say("这一批户里已有领用物资的记录") if stand_on(households) else None
