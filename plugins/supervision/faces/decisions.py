"""Decisions on other people's pages: the way in for whoever governs; whom no register may lose."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_
from plugins.supervision.queries.voters import keeps_persons


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The list at the desk."""
    if actor.may("supervision.view"):
        yield MenuItem(N_("决策事项"), "supervision.decisions", "office", "shield", 420)


def veto_import_undo(_households: range, persons: range) -> str | None:
    """People who have a vote, stand on a roll or left one stay in the register."""
    if keeps_persons(persons):
        return N_("其中有人登记了表决身份，或已列入表决名册、当事人、回避名单")
    return None
