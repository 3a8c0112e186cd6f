"""The grid plugin (网格) joined to the core: it only puts together what its parts give."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema
from peewee import Model

from core.hookspecs import Card, CaseKind, DayItem, Finding, Job, MenuItem, Panel, SeedWorld, hookimpl
from core.security import Actor, Role
from plugins.grid.endpoints import api
from plugins.grid.settings import GridSettings
from plugins.grid.views import pages
from plugins.grid.wiring import day, division, files, party, patrols, staffing, tasks

PARTS = (division.PART, staffing.PART, files.PART, patrols.PART, tasks.PART, party.PART, day.PART)


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    return [api]


@hookimpl
def register_settings() -> Schema:
    return GridSettings()


@hookimpl
def register_roles() -> Iterable[Role]:
    merged: dict[str, Role] = {}
    for role in (role for part in PARTS for role in part.roles):
        before = merged.get(role.name)
        held = before.permissions if before else frozenset()
        merged[role.name] = Role(role.name, role.title, held | role.permissions)
    return list(merged.values())


@hookimpl
def register_models() -> Iterable[type[Model]]:
    return [model for part in PARTS for model in part.models]


@hookimpl
def register_audit_titles() -> dict[str, str]:
    return {action: title for part in PARTS for action, title in part.audit_titles.items()}


@hookimpl
def register_jobs() -> Iterable[Job]:
    return [job for part in PARTS for job in part.jobs]


@hookimpl
def register_case_kinds() -> Iterable[CaseKind]:
    return [kind for part in PARTS for kind in part.case_kinds]


@hookimpl
def register_file_owners() -> dict[str, Callable[[Actor, str], bool]]:
    return {kind: may for part in PARTS for kind, may in part.file_owners.items()}


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    return [item for part in PARTS if part.menu_items for item in part.menu_items(actor)]


@hookimpl
def home_cards(actor: Actor) -> Iterable[Card]:
    return [card for part in PARTS if part.home_cards for card in part.home_cards(actor)]


@hookimpl
def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    asked = (part.household_panels for part in PARTS if part.household_panels)
    return [panel for panels in asked for panel in panels(actor, household_id)]


@hookimpl
def household_moved(household_id: int, area_code: str) -> None:
    for part in PARTS:
        if part.household_moved:
            part.household_moved(household_id, area_code)


@hookimpl
def household_ended(household_id: int) -> None:
    for part in PARTS:
        if part.household_ended:
            part.household_ended(household_id)


@hookimpl
def day_items(actor: Actor) -> Iterable[DayItem]:
    return [item for part in PARTS if part.day_items for item in part.day_items(actor)]


@hookimpl
def veto_household_end(household_id: int) -> str | None:
    asked = (part.veto_household_end(household_id) for part in PARTS if part.veto_household_end)
    return next((reason for reason in asked if reason), None)


@hookimpl
def check_health() -> Iterable[Finding]:
    return [finding for part in PARTS if part.check_health for finding in part.check_health()]


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    # Imported late: no server needs them.
    from plugins.grid.seeding.division import seed_division
    from plugins.grid.seeding.life import seed_life
    from plugins.grid.seeding.staffing import seed_staffing

    grids = seed_division(world)
    posts = seed_staffing(world, grids)
    return grids | posts | seed_life(world)  # the last: people, posts and grids are there by then
