"""Elder meals joined to the core: hooks only, each handed on to where the work is done."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema

from core.clock import today
from core.db import BaseModel
from core.hookspecs import Card, Event, MenuItem, Panel, SeedWorld, hookimpl
from core.security import Actor, Role
from core.text import N_
from core.web import say
from elder_meals import queries, services
from elder_meals.endpoints import api
from elder_meals.models import Meal, MonthCount
from elder_meals.settings import ElderMealsSettings
from elder_meals.views import pages

ORDER, HELP = "elder_meals.order", "elder_meals.help"
SERVE, VIEW = "elder_meals.serve", "elder_meals.view"


@hookimpl
def register_models() -> Iterable[type[BaseModel]]:
    return [Meal, MonthCount]


@hookimpl
def register_roles() -> Iterable[Role]:
    helping = frozenset({ORDER, HELP})
    return [
        Role("elder_meals_canteen", N_("食堂人员"), frozenset({SERVE, VIEW})),
        Role("resident", N_("居民"), frozenset({ORDER})),
        Role("assistant", N_("网格协管员"), helping),
        Role("grid_member", N_("专职网格员"), helping),
        Role("secretary", N_("村书记"), helping | {SERVE, VIEW}),
        Role("town_official", N_("镇街工作人员"), frozenset({VIEW})),
    ]


@hookimpl
def register_settings() -> Schema:
    return ElderMealsSettings()


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    return [api]


@hookimpl
def register_audit_titles() -> dict[str, str]:
    return {
        "elder_meals.order_meal": N_("订助老餐"),
        "elder_meals.cancel_meal": N_("退助老餐"),
        "elder_meals.fetch_meal": N_("登记取餐"),
    }


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    if actor.may(ORDER):
        yield MenuItem(N_("助老餐"), "elder_meals.order", "phone", "bell", 600)
    if actor.may(SERVE):
        yield MenuItem(N_("今日备餐"), "elder_meals.day", "office", "list", 600)
    if actor.may(VIEW):
        yield MenuItem(N_("用餐月报"), "elder_meals.month", "office", "chart", 601)


@hookimpl
def home_cards(actor: Actor) -> Iterable[Card]:
    if actor.may(SERVE):
        ordered, fetched = queries.day_figures(actor.demand(SERVE), today())
        yield Card("elder_meals/_home.html", {"ordered": ordered, "fetched": fetched}, 600)


@hookimpl
def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    if actor.may(HELP):
        meals = queries.household_meals(actor.demand(HELP), household_id)
        yield Panel("elder_meals/_household.html", {"meals": meals})


@hookimpl
def on_event(event: Event) -> None:
    services.count_meal(event)


@hookimpl
def household_moved(household_id: int, area_code: str) -> None:
    services.move_meals(household_id, area_code)


@hookimpl
def household_ended(household_id: int) -> None:
    services.drop_meals(household_id)


@hookimpl
def veto_import_undo(households: range) -> str | None:
    return say("这一批户里已有人订过餐") if queries.has_meals(households) else None


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    from elder_meals.seeding import seed_meals  # no server needs it

    return seed_meals(world)
