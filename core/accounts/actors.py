"""Who an account is today: its posts, the rights they give, the person behind it."""

import json

from core.accounts.models import Account, Post, Token
from core.clock import now, today
from core.county import county, plugins
from core.errors import NotFound
from core.people.api import household_of_person
from core.security import Actor, grants
from core.security import Post as HeldPost

# Whoever works at the machine itself (`gridgov user add`) needs no log-in; the record shows this number.
OPERATOR_ID = 0


def actor_for(account_id: int, *, token_permissions: frozenset[str] | None = None) -> Actor:
    """The account acting, with today's posts and what they allow.

    Raises NotFound when there is no such account or it is disabled.
    """
    account = (
        Account.unscoped("who is acting is found before any scope is known")
        .where((Account.id == account_id) & Account.disabled_at.is_null())
        .get_or_none()
    )
    if account is None:
        raise NotFound
    posts = posts_today(account_id)
    return Actor(
        account_id=account.id,
        name=account.name,
        posts=posts,
        permissions=grants(posts, plugins().roles()),
        person_id=account.person_id,
        household_id=household_of_person(account.person_id) if account.person_id else None,
        token_permissions=token_permissions,
        must_change_password=account.must_change_password,
    )


def posts_today(account_id: int) -> tuple[HeldPost, ...]:
    """The posts of an account that are valid today."""
    rows = (
        Post.unscoped("one account's own posts, wherever they are")
        .where((Post.account_id == account_id) & current_post())
        .order_by(Post.area_code, Post.role)
    )
    return tuple(HeldPost(row.role, row.area_code) for row in rows)


def current_post() -> object:
    """The condition that a post is valid today."""
    return (Post.since <= today()) & (Post.until.is_null() | (Post.until >= today()))


def actor_by_token(token_hash: bytes) -> Actor | None:
    """Who an API token speaks for, with no more rights than the token has; None when it is not valid."""
    token = Token.get_or_none(
        (Token.token_hash == token_hash)
        & Token.revoked_at.is_null()
        & (Token.ends_at.is_null() | (Token.ends_at > now()))
    )
    if token is None:
        return None
    limits = None if token.permissions is None else frozenset(json.loads(token.permissions))
    try:
        return actor_for(token.account_id, token_permissions=limits)
    except NotFound:
        return None


def operator() -> Actor:
    """Whoever runs commands on the machine: every right in the whole county, named so in the record."""
    everywhere = (county().settings.county_code,)
    return Actor(
        account_id=OPERATOR_ID,
        name="命令行",
        permissions=dict.fromkeys(plugins().permissions(), everywhere),
    )
