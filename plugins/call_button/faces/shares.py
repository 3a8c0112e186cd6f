"""Shares on other people's pages: the ways in, and a panel on a household's page."""

from collections.abc import Iterable

from core.errors import DomainError
from core.hookspecs import MenuItem, Panel
from core.security import Actor
from core.text import N_
from plugins.call_button.queries.shares import has_shares, household_shares, may_share
from plugins.call_button.share_words import RELATIONS, SHARE_FOR


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The household's own shares, and what others let one read."""
    if may_share(actor):
        yield MenuItem(N_("给家人看呼叫"), "call_button.own_shares", "phone", "people", 78)
    if has_shares(actor):
        yield MenuItem(N_("家人的呼叫"), "call_button.shared", "phone", "bell", 12)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """Who reads the household's calls, for whoever may share them for it."""
    if not actor.may(SHARE_FOR):
        return []
    try:
        found = household_shares(actor, household_id)
    except DomainError:
        return []
    values = {"shares": found, "household_id": household_id, "relations": RELATIONS}
    return [Panel("call_button/_shares_panel.html", values)]
