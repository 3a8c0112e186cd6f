"""Posts of 1+1+N for a synthetic county: whoever has the account of grid staff holds the post, with gaps.

Yeji's figures (document 003): 77 villages, 607 grids, 607 leaders, over 1,600 members and assistants.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from core import audit
from core.accounts.api import account_persons, end_duty, posts_of_accounts
from core.clock import now, today
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from plugins.grid.models.staffing import Staff
from plugins.grid.words import ACCOUNT_ROLES

ROLE_OF = {account_role: role for role, account_role in ACCOUNT_ROLES.items()}
CAPACITIES = {
    "leader": ("cadre",),
    "member": ("group_head",),
    "assistant": ("party_member", "representative", "respected"),
}
# One of so many posts is vacant, so that the board has something to show.
GAPS = {"county": {"leader": 200, "member": 60}, "small": {"leader": 8}}
_CHUNK = 300


def seed_staffing(world: SeedWorld, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Write posts for the accounts of grid staff; returns the first of them and how many there are."""
    code = county().settings.county_code
    with unit_of_work():
        rows, gaps = _rows(world, answers)
        for start in range(0, len(rows), _CHUNK):
            Staff.insert_many(rows[start : start + _CHUNK]).execute()
        for post_id in gaps:
            end_duty(SYSTEM, AreaScope((code,)), post_id, last_day=today() - timedelta(days=1))
        audit.record(SYSTEM, "grid.seed", area_code=code, subject="grid:staff", posts=len(rows))
    ids: Any = Staff.unscoped("the posts just made", Staff.id, Staff.area_code, Staff.role, Staff.account_id)
    posts = [
        {"id": key, "area_code": area, "role": role, "account_id": account}
        for key, area, role, account in ids.order_by(Staff.id).limit(60).tuples()
    ]
    return {"grid_posts": posts, "grid_post_count": len(rows)}


def _rows(world: SeedWorld, answers: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[int]]:
    rows: list[dict[str, Any]] = []
    gaps: list[int] = []
    numbers = dict.fromkeys(ROLE_OF.values(), 0)
    capacities = {role: cycle(words) for role, words in CAPACITIES.items()}
    for role, account_id, person_id, area_code, post_id in _holders(world, answers):
        numbers[role] += 1
        if _is_gap(world.profile, role, numbers[role]):
            gaps.append(post_id)
            continue
        rows.append(
            {
                "area_code": area_code,
                "role": role,
                "person_id": person_id,
                "capacity": next(capacities[role]),
                "phone": "",
                "account_id": account_id,
                "post_id": post_id,
                "since": date(2026, 1, 1),
                "recorded_at": now(),
            }
        )
    return rows, gaps


def _is_gap(profile: str, role: str, number: int) -> bool:
    return number % GAPS.get(profile, {}).get(role, number + 1) == 0


def _holders(world: SeedWorld, answers: Mapping[str, Any]) -> Iterator[tuple[str, int, int, str, int]]:
    """Role, account, person, grid and post of everybody with an account of grid staff who is registered.

    Where posts stand at the village (acceptance), they serve its first grid.
    """
    first = {grid["village_code"]: grid["id"] for grid in reversed(answers.get("grids", []))}
    for account_role, role in ROLE_OF.items():
        for village in world.villages:
            ids = world.accounts.get((account_role, village), [])
            persons = account_persons(ids)
            for account_id, (post_id, area_code) in posts_of_accounts(ids, account_role).items():
                grid = area_code if len(area_code) == 15 else first.get(village, "")
                if account_id in persons and grid:
                    yield role, account_id, persons[account_id], grid, post_id
