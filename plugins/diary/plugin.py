"""The diary plugin (民情日记) joined to the core: it only puts together what its parts give."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema
from peewee import Model

from core.hookspecs import (
    Card,
    CaseKind,
    DayItem,
    Event,
    Job,
    MenuItem,
    NoticeKind,
    Panel,
    SeedWorld,
    hookimpl,
)
from core.security import Actor, Role
from plugins.diary.endpoints import api
from plugins.diary.settings import DiarySettings
from plugins.diary.views import pages
from plugins.diary.wiring import brain, entries, library, meetings, posting, reports, topics, visits

PARTS = (
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
def register_notice_kinds() -> dict[str, NoticeKind]:
    return {name: kind for part in PARTS for name, kind in part.notice_kinds.items()}


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
def veto_import_undo(households: range, persons: range) -> str | None:
    asked = (part.veto_import_undo(households) for part in PARTS if part.veto_import_undo)
    return next((reason for reason in asked if reason), None)


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
def on_event(event: Event) -> None:
    for part in PARTS:
        if part.on_event:
            part.on_event(event)


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    # Imported late: no server needs it.
    from plugins.diary.seeding.library import seed_library
    from plugins.diary.seeding.life import seed_life

    return {**seed_life(world), **seed_library(world)}
