"""The diary plugin (民情日记) joined to the core: it only puts together what its parts give."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema

from core.hookspecs import SeedWorld, hookimpl
from core.parts import Parts
from plugins.diary.endpoints import api
from plugins.diary.settings import DiarySettings
from plugins.diary.views import pages
from plugins.diary.wiring import brain, entries, library, meetings, posting, reports, topics, visits

PARTS = Parts(
    posting.PART,
    visits.PART,
    entries.PART,
    brain.PART,
    topics.PART,
    reports.PART,
    meetings.PART,
    library.PART,
)


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    return [api]


@hookimpl
def register_settings() -> Schema:
    return DiarySettings()


register_roles = PARTS.register_roles
register_models = PARTS.register_models
register_audit_titles = PARTS.register_audit_titles
register_jobs = PARTS.register_jobs
register_case_kinds = PARTS.register_case_kinds
register_notice_kinds = PARTS.register_notice_kinds
register_file_owners = PARTS.register_file_owners
menu_items = PARTS.menu_items
home_cards = PARTS.home_cards
household_panels = PARTS.household_panels
case_panels = PARTS.case_panels
veto_import_undo = PARTS.veto_import_undo
household_moved = PARTS.household_moved
household_ended = PARTS.household_ended
person_left = PARTS.person_left
day_items = PARTS.day_items
on_event = PARTS.on_event


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    # Imported late: no server needs it.
    from plugins.diary.seeding.library import seed_library
    from plugins.diary.seeding.life import seed_life

    return {**seed_life(world), **seed_library(world)}
