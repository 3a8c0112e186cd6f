"""What staff find of cases in the menu, on their home page and in a household's file."""

from collections.abc import Iterable

from core.cases.queries.reach import MANAGE, URGE, VIEW, WORK
from core.cases.queries.watching import cases_of_household, desk_tally
from core.hookspecs import Card, MenuItem, Panel
from core.security import Actor
from core.text import N_


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Each post its own ways in."""
    if actor.may(WORK):
        yield MenuItem(N_("我的经办"), "cases.my_desk", "office", "bell", 40)
        yield MenuItem(N_("我的经办"), "cases.my_desk", "phone", "bell", 29)
    if actor.may(VIEW):
        yield MenuItem(N_("事项看板"), "cases.show_board", "office", "list", 41)
        yield MenuItem(N_("事项查询"), "cases.list_page", "office", "search", 42)
        yield MenuItem(N_("代为反馈"), "cases.new_case", "office", "plus", 43)
    if actor.may(URGE):
        yield MenuItem(N_("督办与抽查"), "cases.watch", "office", "warn", 44)
    if actor.may(VIEW):
        yield MenuItem(N_("事项统计"), "cases.show_figures", "office", "chart", 45)
        yield MenuItem(N_("分派规则"), "cases.rule_table", "office", "next", 46)
    if actor.may(MANAGE):
        yield MenuItem(N_("承办单位"), "cases.unit_list", "office", "people", 47)


def home_cards(actor: Actor) -> Iterable[Card]:
    """What waits on one's desks, and what is late."""
    if not actor.may(WORK):
        return
    tally = desk_tally(actor)
    if tally.total:
        yield Card("cases/desk/_home.html", {"tally": tally}, 5)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """The cases of a household, as far as they lie in the actor's areas."""
    if not actor.may(VIEW):
        return
    cases, total = cases_of_household(actor.scope(VIEW), household_id)
    values = {"cases": cases, "total": total, "household_id": household_id}
    yield Panel("cases/desk/_household.html", values)
