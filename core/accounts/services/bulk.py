"""Many accounts at once, for demo and test counties."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import Any

from core import audit
from core.accounts.actors import OPERATOR_ID
from core.accounts.models import Account, Post
from core.accounts.passwords import hash_password
from core.accounts.queries import normal_username
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Forbidden
from core.security import Actor
from core.security import Post as HeldPost
from core.value_classes import value_class

MANAGE = "accounts.manage"
_CHUNK = 500


@value_class
class AccountRow:
    """One account to be made with its posts."""

    username: str
    name: str
    area_code: str
    posts: tuple[HeldPost, ...] = field(default=())
    person_id: int | None = None


def bulk_accounts(
    actor: Actor, rows: Sequence[AccountRow], *, password: str, since: date | None = None
) -> list[int]:
    """Make all `rows` in one transaction with one shared password; returns their ids in order.

    The password is hashed once, so a hundred thousand accounts cost seconds; it is not held
    against the password rules. User names must be new. Raises Forbidden unless it is done at
    the machine itself.
    """
    if actor.account_id != OPERATOR_ID:
        raise Forbidden
    shared = hash_password(password)
    made_at = now()
    begin = since or today()
    ids: list[int] = []
    with unit_of_work():
        for start in range(0, len(rows), _CHUNK):
            ids += _insert_chunk(rows[start : start + _CHUNK], shared, made_at, begin)
        code = next(iter(actor.permissions[MANAGE]))
        audit.record(
            actor, "accounts.import_accounts", area_code=code, subject="account:many", accounts=len(rows)
        )
    return ids


def _insert_chunk(rows: Sequence[AccountRow], shared: str, made_at: Any, begin: date) -> list[int]:
    names = [normal_username(row.username) for row in rows]
    Account.insert_many(
        {
            "username": name,
            "name": row.name,
            "area_code": row.area_code,
            "person_id": row.person_id,
            "password_hash": shared,
            "created_at": made_at,
        }
        for name, row in zip(names, rows, strict=True)
    ).execute()
    made = Account.unscoped("the accounts just made", Account.username, Account.id)
    found: dict[str, int] = {row.username: row.id for row in made.where(Account.username << names)}
    ids = [found[name] for name in names]
    posts = [
        {"account_id": account_id, "role": post.role, "area_code": post.area_code, "since": begin}
        for account_id, row in zip(ids, rows, strict=True)
        for post in row.posts
    ]
    for start in range(0, len(posts), _CHUNK):
        Post.insert_many(posts[start : start + _CHUNK]).execute()
    return ids
