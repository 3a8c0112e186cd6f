"""The grid plugin (网格) joined to the core: it only puts together what its parts give."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema

from core.hookspecs import SeedWorld, hookimpl
from core.parts import Parts
from plugins.grid.endpoints import api
from plugins.grid.settings import GridSettings
from plugins.grid.views import pages
from plugins.grid.wiring import day, division, files, party, patrols, staffing, tasks

PARTS = Parts(division.PART, staffing.PART, files.PART, patrols.PART, tasks.PART, party.PART, day.PART)


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    return [api]


@hookimpl
def register_settings() -> Schema:
    return GridSettings()


register_roles = PARTS.register_roles
register_models = PARTS.register_models
register_audit_titles = PARTS.register_audit_titles
register_jobs = PARTS.register_jobs
register_case_kinds = PARTS.register_case_kinds
register_file_owners = PARTS.register_file_owners
menu_items = PARTS.menu_items
home_cards = PARTS.home_cards
household_panels = PARTS.household_panels
household_moved = PARTS.household_moved
household_ended = PARTS.household_ended
person_left = PARTS.person_left
day_items = PARTS.day_items
roll_candidates = PARTS.roll_candidates
veto_household_end = PARTS.veto_household_end
check_health = PARTS.check_health


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    # Imported late: no server needs them.
    from plugins.grid.seeding.division import seed_division
    from plugins.grid.seeding.life import seed_life
    from plugins.grid.seeding.staffing import seed_staffing

    grids = seed_division(world)
    posts = seed_staffing(world, grids)
    return grids | posts | seed_life(world)  # the last: people, posts and grids are there by then
