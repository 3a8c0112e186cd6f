"""API tokens: for programs that speak for an account. Shown once, limited, revocable."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core import audit
from core.accounts.actors import OPERATOR_ID
from core.accounts.errors import TokenTooWide
from core.accounts.models import Account, Token
from core.accounts.secret_tokens import API_PREFIX, new_token, token_hash
from core.accounts.services.apart import demand_unlimited
from core.clock import now
from core.county import plugins
from core.db import unit_of_work
from core.errors import Forbidden, NotFound
from core.security import Actor
from core.value_classes import value_class

TOKENS = "accounts.tokens"
DEFAULT_DAYS = 365
MOST_DAYS = 1095


@value_class
class NewToken:
    """A token just made: `token` is shown this once."""

    id: int
    token: str
    title: str
    permissions: tuple[str, ...] | None
    created_at: datetime
    ends_at: datetime


def create_token(
    actor: Actor,
    account_id: int,
    *,
    title: str,
    permissions: Iterable[str] | None = None,
    days: int = DEFAULT_DAYS,
) -> NewToken:
    """A token that may do `permissions` (None: all that its account may do) for `days` days.

    For one's own account; for another one only at the machine itself. Raises NotFound,
    TokenLimited, TokenTooWide (a permission that the actor does not hold).
    """
    actor.demand(TOKENS)
    demand_unlimited(actor)
    if actor.account_id not in (account_id, OPERATOR_ID):
        raise NotFound
    chosen = _checked(actor, permissions)
    with unit_of_work():
        account = _account(account_id)
        token = new_token(API_PREFIX)
        ends = now() + timedelta(days=min(max(days, 1), MOST_DAYS))
        row = Token.create(
            account_id=account.id,
            title=title,
            token_hash=token_hash(token),
            permissions=None if chosen is None else json.dumps(chosen),
            created_at=now(),
            ends_at=ends,
        )
        audit.record(
            actor,
            "accounts.create_token",
            area_code=account.area_code,
            subject=f"token:{row.id}",
            account=account.id,
            permissions=chosen,
            ends_at=ends.isoformat(timespec="seconds"),
        )
    return NewToken(row.id, token, title, None if chosen is None else tuple(chosen), row.created_at, ends)


def _checked(actor: Actor, permissions: Iterable[str] | None) -> list[str] | None:
    if permissions is None:
        return None
    chosen = sorted(set(permissions))
    known = plugins().permissions()
    if foreign := [name for name in chosen if name not in known or not actor.may(name)]:
        raise TokenTooWide(permissions=", ".join(foreign)[:200])
    return chosen


def _account(account_id: int) -> Account:
    account = (
        Account.unscoped("the account that the token will speak for")
        .where((Account.id == account_id) & Account.disabled_at.is_null())
        .get_or_none()
    )
    if account is None:
        raise NotFound
    return account


def revoke_token(actor: Actor, token_id: int) -> None:
    """Close a token at once: one's own, or at the machine itself any. Raises NotFound, TokenLimited."""
    actor.demand(TOKENS)
    demand_unlimited(actor)
    with unit_of_work():
        token = Token.get_or_none((Token.id == token_id) & Token.revoked_at.is_null())
        if token is None or actor.account_id not in (token.account_id, OPERATOR_ID):
            raise NotFound
        Token.update(revoked_at=now()).where(Token.id == token_id).execute()
        account = Account.unscoped("the account of the token").where(Account.id == token.account_id).get()
        audit.record(
            actor,
            "accounts.revoke_token",
            area_code=account.area_code,
            subject=f"token:{token_id}",
            account=account.id,
        )


def end_tokens(account_id: int) -> int:
    """Revoke every API token of an account, inside a unit of work; returns how many."""
    mine = (Token.account_id == account_id) & Token.revoked_at.is_null()
    return int(Token.update(revoked_at=now()).where(mine).execute())


def issue_tokens(
    actor: Actor, account_ids: Sequence[int], *, title: str, days: int = DEFAULT_DAYS
) -> dict[int, str]:
    """A full token for each account, in one transaction, for seeds; returns account id -> token.

    Raises Forbidden unless it is done at the machine itself.
    """
    if actor.account_id != OPERATOR_ID:
        raise Forbidden
    made = {account_id: new_token(API_PREFIX) for account_id in account_ids}
    ends = now() + timedelta(days=days)
    rows = [
        {
            "account_id": account_id,
            "title": title,
            "token_hash": token_hash(token),
            "permissions": None,
            "created_at": now(),
            "ends_at": ends,
        }
        for account_id, token in made.items()
    ]
    with unit_of_work():
        for start in range(0, len(rows), 500):
            Token.insert_many(rows[start : start + 500]).execute()
        code = next(iter(actor.permissions[TOKENS]))
        audit.record(actor, "accounts.issue_tokens", area_code=code, subject="token:many", accounts=len(rows))
    return made
