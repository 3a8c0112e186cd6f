"""Who an account is today: its posts, the rights they give, the person behind it."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from peewee import JOIN

from core.accounts.models import Account, Post, Token
from core.accounts.secret_tokens import API_PREFIX, LONGEST_TOKEN, token_hash
from core.clock import now, today
from core.county import county, plugins
from core.db import Statement, milliseconds
from core.errors import NotFound
from core.people.api import household_in
from core.security import Actor
from core.security import Post as HeldPost

# Whoever works at the machine itself (`gridgov user add`) needs no log-in; the record shows this number.
OPERATOR_ID = 0


def _acting(p: Callable[[str], Any]) -> tuple[list[Any], Any]:
    """What is read of an account that acts, a row a post of today, and how posts are joined."""
    columns = [
        Account.id,
        Account.name,
        Account.person_id,
        Account.must_change_password,
        household_in(Account.person_id),
        Post.role,
        Post.area_code,
    ]
    has_begun = (Post.account_id == Account.id) & (Post.since <= p("day"))
    return columns, has_begun & (Post.until.is_null() | (Post.until >= p("day")))


def _by_id(p: Callable[[str], Any]) -> Any:
    columns, held = _acting(p)
    reading = Account.unscoped("who is acting is found before any scope is known", *columns)
    return reading.join(Post, JOIN.LEFT_OUTER, on=held).where(
        (Account.id == p("id")) & Account.disabled_at.is_null()
    )


def _by_token(p: Callable[[str], Any]) -> Any:
    columns, held = _acting(p)
    reading = Token.select(*columns, Token.permissions).join(Account, on=(Account.id == Token.account_id))
    return reading.join(Post, JOIN.LEFT_OUTER, on=held).where(
        (Token.token_hash == p("token_hash"))
        & Token.revoked_at.is_null()
        & (Token.ends_at.is_null() | (Token.ends_at > p("at")))
        & Account.disabled_at.is_null()
    )


# One statement, since it runs at every request: each first read after a commit costs as much as ten others.
_ACCOUNT, _TOKEN = Statement(_by_id), Statement(_by_token)


def actor_for(account_id: int, *, token_permissions: frozenset[str] | None = None) -> Actor:
    """The account acting, with today's posts and what they allow.

    Raises NotFound when there is no such account or it is disabled.
    """
    rows = _ACCOUNT.all(id=account_id, day=today().isoformat())
    if not rows:
        raise NotFound
    return _actor(rows, token_permissions)


def _actor(rows: Sequence[tuple[Any, ...]], token_permissions: frozenset[str] | None) -> Actor:
    account_id, name, person_id, must_change_password, household_id = rows[0][:5]
    held = sorted((area_code, role) for role, area_code in (row[5:7] for row in rows) if role is not None)
    posts = tuple(HeldPost(role, area_code) for area_code, role in held)
    return Actor(
        account_id=account_id,
        name=name,
        posts=posts,
        permissions=plugins().grants(posts),
        person_id=person_id,
        household_id=household_id,
        token_permissions=token_permissions,
        must_change_password=bool(must_change_password),
    )


def current_post() -> object:
    """The condition that a post is valid today."""
    return (Post.since <= today()) & (Post.until.is_null() | (Post.until >= today()))


def actor_by_token(token_hash: bytes) -> Actor | None:
    """Who an API token speaks for, with no more rights than the token has; None when it is not valid."""
    rows = _TOKEN.all(token_hash=token_hash, at=milliseconds(now()), day=today().isoformat())
    if not rows:
        return None
    permissions = rows[0][-1]
    return _actor(rows, None if permissions is None else frozenset(json.loads(permissions)))


def actor_of_token(raw_token: str) -> Actor | None:
    """Who an API token speaks for, for interfaces that send it elsewhere than in the usual header."""
    if not raw_token.startswith(API_PREFIX) or len(raw_token) > LONGEST_TOKEN:
        return None
    return actor_by_token(token_hash(raw_token))


def is_operator(actor: Actor) -> bool:
    """Whether somebody acts on the machine itself, or the program does: nobody who is logged in."""
    return actor.account_id in (None, OPERATOR_ID)


def operator() -> Actor:
    """Whoever runs commands on the machine: every right in the whole county, named so in the record."""
    everywhere = (county().settings.county_code,)
    return Actor(
        account_id=OPERATOR_ID,
        name="命令行",
        permissions=dict.fromkeys(plugins().permissions(), everywhere),
    )
