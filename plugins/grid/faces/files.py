"""Household files on other people's pages: menus and a household's panel."""

from collections.abc import Iterable

from core.clock import now
from core.hookspecs import MenuItem, Panel
from core.people.api import household_area
from core.security import Actor
from core.text import N_
from plugins.grid.models.files import NEVER
from plugins.grid.queries.files import file_head

P = "grid."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Grid staff find files on the phone, those at a desk see how fresh they are."""
    if actor.may(P + "file_edit"):
        yield MenuItem(N_("民情档案"), P + "files", "phone", "book", 6)
    if actor.may(P + "file_view"):
        yield MenuItem(N_("档案鲜活度"), P + "freshness", "office", "chart", 232)
        yield MenuItem(N_("专项档案"), P + "registers", "office", "people", 233)
    if actor.may(P + "file_items"):
        yield MenuItem(N_("档案项目"), P + "items", "office", "gear", 234)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """How old the file is, and the way to it."""
    if not actor.may(P + "file_view"):
        return []
    head = file_head(household_id)
    area_code = head.area_code if head else household_area(household_id)
    if area_code is None or not actor.may(P + "file_view", area_code):
        return []
    days = (now() - head.updated_at).days if head and head.updated_at > NEVER else None
    return [Panel("grid/_file_panel.html", {"household_id": household_id, "head": head, "days": days})]
