"""The call button plugin (一键呼叫) joined to the core: it only puts together what its parts give."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema

from core.hookspecs import SeedWorld, hookimpl
from core.parts import Parts
from plugins.call_button.endpoints import api
from plugins.call_button.settings import CallButtonSettings
from plugins.call_button.views import pages
from plugins.call_button.wiring import board, bridge, calls, devices, duty, keys, shares

PARTS = Parts(devices.PART, calls.PART, duty.PART, keys.PART, shares.PART, board.PART, bridge.PART)


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    return [api]


@hookimpl
def register_settings() -> Schema:
    return CallButtonSettings()


register_roles = PARTS.register_roles
register_models = PARTS.register_models
register_audit_titles = PARTS.register_audit_titles
register_jobs = PARTS.register_jobs
register_case_kinds = PARTS.register_case_kinds
register_device_drivers = PARTS.register_device_drivers
register_notice_kinds = PARTS.register_notice_kinds
menu_items = PARTS.menu_items
home_cards = PARTS.home_cards
household_panels = PARTS.household_panels
case_panels = PARTS.case_panels
day_items = PARTS.day_items
household_moved = PARTS.household_moved
household_ended = PARTS.household_ended
veto_household_end = PARTS.veto_household_end
veto_import_undo = PARTS.veto_import_undo
check_health = PARTS.check_health


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    # Imported late: no server needs it.
    from plugins.call_button.seeding.county import seed_call_button

    return seed_call_button(world)
