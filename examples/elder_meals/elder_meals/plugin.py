"""Elder meals joined to the core: hooks only, each handed on to where the work is done."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema

from core.db import BaseModel
from core.hookspecs import Card, Event, MenuItem, SeedWorld, hookimpl
from core.security import Actor, Role
from core.text import N_
from elder_meals import services
from elder_meals.endpoints import api
from elder_meals.models import Note, NoteCount
from elder_meals.queries import counted_notes
from elder_meals.settings import ElderMealsSettings
from elder_meals.views import pages

VIEW, WRITE = "elder_meals.view", "elder_meals.write"


@hookimpl
def register_models() -> Iterable[type[BaseModel]]:
    return [Note, NoteCount]


@hookimpl
def register_roles() -> Iterable[Role]:
    return [
        Role("secretary", N_("村书记"), frozenset({VIEW, WRITE})),
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
    return {"elder_meals.add_note": N_("添加记录")}


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    if actor.may(VIEW):
        yield MenuItem("助老餐", "elder_meals.notes", "office", "list", 900)


@hookimpl
def home_cards(actor: Actor) -> Iterable[Card]:
    if actor.may(VIEW):
        yield Card("elder_meals/_home.html", {"count": counted_notes(actor.demand(VIEW))}, 900)


@hookimpl
def on_event(event: Event) -> None:
    services.count_note(event)


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    from elder_meals.seeding import seed_notes  # no server needs it

    return seed_notes(world)
