"""Who an account is today: its posts, the rights they give, the person behind it."""

import json

from core.accounts.models import Account, Post, Token
from core.accounts.secret_tokens import API_PREFIX, LONGEST_TOKEN, token_hash
from core.clock import now, today
from core.county import county, plugins
from core.db import Statement, milliseconds
from core.errors import NotFound
from core.people.api import household_of_person
from core.security import Actor
from core.security import Post as HeldPost

# Whoever works at the machine itself (`gridgov user add`) needs no log-in; the record shows this number.
OPERATOR_ID = 0


_ACCOUNT = Statement(
    lambda p: Account.unscoped(
        "who is acting is found before any scope is known",
        Account.name,
        Account.person_id,
        Account.must_change_password,
    ).where((Account.id == p("id")) & Account.disabled_at.is_null())
)
_POSTS = Statement(
    lambda p: (
        Post.unscoped("one account's own posts, wherever they are", Post.role, Post.area_code)
        .where(
            (Post.account_id == p("account_id"))
            & (Post.since <= p("day"))
            & (Post.until.is_null() | (Post.until >= p("day")))
        )
        .order_by(Post.area_code, Post.role)
    )
)
_TOKEN = Statement(
    lambda p: Token.select(Token.account_id, Token.permissions).where(
        (Token.token_hash == p("token_hash"))
        & Token.revoked_at.is_null()
        & (Token.ends_at.is_null() | (Token.ends_at > p("at")))
    )
)


def actor_for(account_id: int, *, token_permissions: frozenset[str] | None = None) -> Actor:
    """The account acting, with today's posts and what they allow.

    Raises NotFound when there is no such account or it is disabled.
    """
    account = _ACCOUNT.first(id=account_id)
    if account is None:
        raise NotFound
    name, person_id, must_change_password = account
    posts = posts_today(account_id)
    return Actor(
        account_id=account_id,
        name=name,
        posts=posts,
        permissions=plugins().grants(posts),
        person_id=person_id,
        household_id=household_of_person(person_id) if person_id else None,
        token_permissions=token_permissions,
        must_change_password=bool(must_change_password),
    )


def posts_today(account_id: int) -> tuple[HeldPost, ...]:
    """The posts of an account that are valid today."""
    rows = _POSTS.all(account_id=account_id, day=today().isoformat())
    return tuple(HeldPost(role, area_code) for role, area_code in rows)


def current_post() -> object:
    """The condition that a post is valid today."""
    return (Post.since <= today()) & (Post.until.is_null() | (Post.until >= today()))


def actor_by_token(token_hash: bytes) -> Actor | None:
    """Who an API token speaks for, with no more rights than the token has; None when it is not valid."""
    token = _TOKEN.first(token_hash=token_hash, at=milliseconds(now()))
    if token is None:
        return None
    account_id, permissions = token
    limits = None if permissions is None else frozenset(json.loads(permissions))
    try:
        return actor_for(account_id, token_permissions=limits)
    except NotFound:
        return None


def actor_of_token(raw_token: str) -> Actor | None:
    """Who an API token speaks for, for interfaces that send it elsewhere than in the usual header."""
    if not raw_token.startswith(API_PREFIX) or len(raw_token) > LONGEST_TOKEN:
        return None
    return actor_by_token(token_hash(raw_token))


def operator() -> Actor:
    """Whoever runs commands on the machine: every right in the whole county, named so in the record."""
    everywhere = (county().settings.county_code,)
    return Actor(
        account_id=OPERATOR_ID,
        name="命令行",
        permissions=dict.fromkeys(plugins().permissions(), everywhere),
    )
