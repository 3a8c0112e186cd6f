"""Reports, awards and the cockpit on other people's pages: the ways in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_

P = "diary."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Leaders look at the cockpit, read the report, decide on awards."""
    if actor.may(P + "cockpit"):
        yield MenuItem(N_("数字驾驶舱"), P + "cockpit", "office", "chart", 309)
    if actor.may(P + "report"):
        yield MenuItem(N_("民情分析报告"), P + "reports", "office", "list", 310)
    if actor.may(P + "awards"):
        yield MenuItem(N_("评优名单"), P + "awards", "office", "medal", 311)
