"""The duty screen on other people's pages: the ways in."""

from collections.abc import Iterable

from core.hookspecs import MenuItem
from core.security import Actor
from core.text import N_
from plugins.call_button.queries.call_reach import ANSWER, VIEW
from plugins.call_button.queries.figures import FIGURES


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The screen and the figures at a desk, the calls on a phone."""
    if actor.may(VIEW):
        yield MenuItem(N_("呼叫值班"), "call_button.duty_board", "office", "bell", 20)
    if actor.may(ANSWER):
        yield MenuItem(N_("呼叫"), "call_button.my_calls", "phone", "bell", 1)
    if actor.may(FIGURES):
        yield MenuItem(N_("接听统计"), "call_button.call_figures", "office", "chart", 345)
