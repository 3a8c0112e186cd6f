"""Daily life for demo and test counties: files, patrols, tasks, the branch. Deterministic."""

from collections.abc import Mapping
from typing import Any

from core import audit
from core.accounts.api import actor_for
from core.county import county
from core.db import advance_ids, unit_of_work
from core.hookspecs import SeedWorld
from core.plugin_manager import SYSTEM
from core.security import Actor
from plugins.grid.models.party import PartyGroup, PartyMember
from plugins.grid.seeding import party, work
from plugins.grid.seeding.files import fill_files

_STAFF = ("grid_leader", "grid_member", "assistant")


def seed_life(world: SeedWorld) -> dict[str, Any]:
    """Everything of daily life; the answer says how much."""
    staff = {account: actor_for(account) for account in _accounts(world, _STAFF)}
    member_of = _by_area(staff, "grid_member")
    secretary_of = {
        post.area_code: account
        for account in _accounts(world, ("secretary",))
        for post in actor_for(account).posts
    }
    with unit_of_work():
        values = fill_files(world, member_of)
        patrols = work.walk(world, member_of)
        findings = work.find(world, member_of)
        tasks = work.give(world, member_of, secretary_of)
        on_duty = {actor.person_id for actor in staff.values() if actor.person_id}
        members, links = party.found_branch(world, on_duty)
        deeds = party.write_deeds(world, _writer(world))
        advance_ids(PartyGroup, PartyMember)
        audit.record(
            SYSTEM,
            "grid.seed_life",
            area_code=county().settings.county_code,
            subject=f"profile:{world.profile}",
            values=values,
        )
    return {
        "file_values": values,
        "patrols": patrols,
        "patrol_findings": findings,
        "grid_tasks": tasks,
        "party_members": members,
        "party_links": links,
        "deeds": deeds,
    }


def _accounts(world: SeedWorld, roles: tuple[str, ...]) -> list[int]:
    return [
        account
        for (role, _), accounts in sorted(world.accounts.items())
        if role in roles
        for account in accounts
    ]


def _by_area(staff: Mapping[int, Actor], role: str) -> dict[str, int]:
    """Area of a post of `role` -> the account that holds it."""
    return {
        post.area_code: account
        for account, actor in staff.items()
        for post in actor.posts
        if post.role == role
    }


def _writer(world: SeedWorld) -> Actor:
    """Who writes the deeds down: the county's administrator."""
    return actor_for(_accounts(world, ("county_admin",))[0])
