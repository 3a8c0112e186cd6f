"""The supervision plugin (监督) joined to the core: it only puts together what its parts give."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from marshmallow import Schema

from core.hookspecs import SeedWorld, hookimpl
from core.parts import Parts
from plugins.supervision.endpoints import api
from plugins.supervision.settings import SupervisionSettings
from plugins.supervision.views import pages
from plugins.supervision.wiring import ballots, decisions, powers, reports

PARTS = Parts(powers.PART, decisions.PART, ballots.PART, reports.PART)


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    return [api]


@hookimpl
def register_settings() -> Schema:
    return SupervisionSettings()


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
day_items = PARTS.day_items
household_moved = PARTS.household_moved
household_ended = PARTS.household_ended
person_left = PARTS.person_left
veto_household_end = PARTS.veto_household_end
veto_import_undo = PARTS.veto_import_undo
on_event = PARTS.on_event
check_health = PARTS.check_health


@hookimpl
def seed(world: SeedWorld) -> dict[str, Any]:
    # Imported late: no server needs them.
    from plugins.supervision.seeding.decisions import seed_decisions
    from plugins.supervision.seeding.powers import seed_powers
    from plugins.supervision.seeding.reports import seed_reports

    answers = (seed_powers(world), seed_decisions(world), seed_reports(world))
    shown = {name: value for answer in answers for name, value in answer.items()}
    shown["demo_accounts"] = [row for answer in answers for row in answer.get("demo_accounts", [])]
    duties = [answer.get("demo_duties", {}) for answer in answers]
    return shown | {"demo_duties": {role: does for each in duties for role, does in each.items()}}
