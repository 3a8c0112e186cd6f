"""Posts: a role in an area from a date to a date. Granted and ended, never deleted."""

from datetime import date, timedelta

from core import audit
from core.accounts.errors import (
    AreaUnknown,
    DatesReversed,
    DutiesClash,
    LastAdmin,
    OwnPost,
    PostEnded,
    PostHeld,
    RoleUnknown,
)
from core.accounts.models import Account, Post
from core.accounts.queries import posts_not_over, scoped_account
from core.accounts.roles import ADMIN
from core.accounts.services.apart import clash, demand_no_wider, demand_server
from core.areas.api import is_current
from core.clock import today
from core.county import county, plugins
from core.db import unit_of_work
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor

MANAGE = "accounts.manage"
_FOREVER = date.max


def grant_post(
    actor: Actor,
    account_id: int,
    *,
    role: str,
    area_code: str,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Give an account a role in an area from `since` (today) to `until` (open), both inclusive.

    Returns the post's id. It takes effect with the next request. Raises NotFound (account or area
    outside the actor's areas), RoleUnknown, AreaUnknown, OwnPost, DatesReversed,
    PostHeld, DutiesClash, WatcherByServer, TokenLimited.
    """
    scope = actor.demand(MANAGE, area_code)
    return give_post(
        actor, scope, account_id, role=role, area_code=area_code, since=since or today(), until=until
    )


def give_post(
    actor: Actor,
    scope: AreaScope,
    account_id: int,
    *,
    role: str,
    area_code: str,
    since: date,
    until: date | None,
) -> int:
    """The same once the permission is settled: `scope` is where the actor may give this role."""
    if not scope.covers(area_code):
        raise NotFound
    if until is not None and until < since:
        raise DatesReversed(fields={"until": [DatesReversed.text]})
    if role not in plugins().roles():
        raise RoleUnknown(role=role)
    if account_id == actor.account_id:
        raise OwnPost
    demand_server(actor, role)
    demand_no_wider(actor, role)
    if not is_current(area_code):
        raise AreaUnknown(area_code=area_code)
    with unit_of_work():
        account = scoped_account(scope, account_id)
        _demand_compatible(account_id, role, area_code, since, until)
        post = Post.create(account_id=account.id, role=role, area_code=area_code, since=since, until=until)
        audit.record(
            actor,
            "accounts.grant_post",
            area_code=area_code,
            subject=f"post:{post.id}",
            account=account.id,
            role=role,
            since=since.isoformat(),
            until=until.isoformat() if until else None,
        )
    return int(post.id)


def _demand_compatible(account_id: int, role: str, area_code: str, since: date, until: date | None) -> None:
    overlapping = (
        Post.unscoped("duties clash wherever they are held")
        .where((Post.account_id == account_id) & (Post.since <= (until or _FOREVER)))
        .where(Post.until.is_null() | ((Post.until >= since) & (Post.until >= Post.since)))
    )
    for held in overlapping:
        if (held.role, held.area_code) == (role, area_code):
            raise PostHeld
        if clash(held.role, role):
            roles = plugins().roles()
            raise DutiesClash(one=roles[role].title, other=roles[held.role].title)


def end_post(actor: Actor, post_id: int, *, last_day: date | None = None) -> None:
    """End a post after `last_day`, or at once: then its last day was yesterday.

    Raises NotFound, PostEnded, DatesReversed (before the post began), LastAdmin, WatcherByServer,
    RoleNotLoaded.
    """
    yesterday = today() - timedelta(days=1)
    with unit_of_work():
        post = Post.within(actor.demand(MANAGE)).where(Post.id == post_id).get_or_none()
        if post is None:
            raise NotFound
        demand_server(actor, post.role)
        if post.until is not None and post.until < today():
            raise PostEnded
        if last_day is not None and last_day < max(post.since, yesterday):
            raise DatesReversed(fields={"last_day": [DatesReversed.text]})
        until = last_day or yesterday
        if post.role == ADMIN:
            demand_other_admin(post.account_id, besides_post=post.id)
        Post.update(until=until).where(Post.id == post.id).execute()
        post_ended(actor, post, until)


def end_posts(actor: Actor, account_id: int) -> None:
    """End all posts of an account at once, coming ones too; inside the unit of work that closes it."""
    yesterday = today() - timedelta(days=1)
    for post in posts_not_over(account_id):
        Post.update(until=yesterday).where(Post.id == post.id).execute()
        post_ended(actor, post, yesterday)


def post_ended(actor: Actor, post: Post, until: date) -> None:
    """The audit line of an ended post."""
    audit.record(
        actor,
        "accounts.end_post",
        area_code=post.area_code,
        subject=f"post:{post.id}",
        account=post.account_id,
        role=post.role,
        until=until.isoformat(),
    )


def demand_other_admin(account_id: int, *, besides_post: int | None = None) -> None:
    """Raises LastAdmin when nobody would be left to administer the whole county.

    Asked when `account_id` is to be disabled, or (with `besides_post`) to lose that post.
    """
    code = county().settings.county_code
    admins = [
        post
        for post in Post.unscoped("who administers the whole county")
        .where((Post.role == ADMIN) & (Post.since <= today()))
        .where(Post.until.is_null() | (Post.until >= today()))
        if code.startswith(post.area_code)
    ]
    lost = [p for p in admins if p.account_id == account_id and besides_post in (None, p.id)]
    if not lost:
        return
    left = {post.account_id for post in admins if post not in lost}
    enabled = Account.unscoped("who administers the whole county").where(
        (Account.id << sorted(left)) & Account.disabled_at.is_null()
    )
    if not left or not enabled.exists():
        raise LastAdmin
