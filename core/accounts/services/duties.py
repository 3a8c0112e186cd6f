"""Posts that come with a duty in the field: given and ended by the module that staffs it.

A plugin that staffs grids or stations cadres, say, has a permission of its own for that. Through this door
it gives only the roles of people in the field, never one that administers, and only inside the areas where
its caller holds that permission (`scope`).
"""

from datetime import date, timedelta

from core.accounts.errors import DutyOnly
from core.accounts.models import Post
from core.accounts.services.posts import give_post, post_ended
from core.clock import today
from core.db import unit_of_work
from core.scope import AreaScope
from core.security import Actor

DUTIES = frozenset({"grid_leader", "grid_member", "assistant", "stationed_cadre"})


def grant_duty(
    actor: Actor,
    scope: AreaScope,
    account_id: int,
    *,
    role: str,
    area_code: str,
    since: date,
    until: date | None = None,
) -> int:
    """Give an account the post of a duty; returns the post's id.

    A post that is held already is returned as it is. Raises DutyOnly and what `grant_post` raises.
    """
    if role not in DUTIES:
        raise DutyOnly
    with unit_of_work(housekeeping="a duty that is held already changes nothing"):
        held = _held(account_id, role, area_code, since, until)
        if held is not None:
            return held
        return give_post(actor, scope, account_id, role=role, area_code=area_code, since=since, until=until)


def _held(account_id: int, role: str, area_code: str, since: date, until: date | None) -> int | None:
    rows = Post.unscoped("whether a duty is held already").where(
        (Post.account_id == account_id) & (Post.role == role) & (Post.area_code == area_code)
    )
    for post in rows.where(Post.since <= since):
        if post.until is None or (until is not None and post.until >= until):
            return int(post.id)
    return None


def end_duty(actor: Actor, scope: AreaScope, post_id: int, *, last_day: date) -> None:
    """End the post of a duty after `last_day` (yesterday at the earliest: then it ends at once).

    One that is over by then, or lies outside `scope`, is left alone.
    """
    with unit_of_work(housekeeping="a duty that is over already changes nothing"):
        row = Post.within(scope).where((Post.id == post_id) & Post.role.in_(sorted(DUTIES))).get_or_none()
        if row is not None and (row.until is None or row.until > last_day):
            _end(actor, row, last_day)


def end_duties_at(actor: Actor, scope: AreaScope, area_code: str, *, last_day: date) -> int:
    """End every post of a duty in exactly this area, when the area itself is closed; returns how many."""
    with unit_of_work(housekeeping="an area without duties changes nothing"):
        rows = Post.within(scope).where((Post.area_code == area_code) & Post.role.in_(sorted(DUTIES)))
        live = [row for row in rows if row.until is None or row.until > last_day]
        for row in live:
            _end(actor, row, last_day)
    return len(live)


def _end(actor: Actor, row: Post, last_day: date) -> None:
    until = max(last_day, today() - timedelta(days=1))
    Post.update(until=until).where(Post.id == row.id).execute()
    post_ended(actor, row, until)
