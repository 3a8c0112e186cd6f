"""JSON operations of accounts."""

import re
from typing import Any

from flask import request

from core.accounts import queries, schemas, services
from core.accounts.identity import request_token
from core.api import Blueprint, Page
from core.errors import NotFound
from core.fields import PageQuery
from core.security import Actor
from core.text import N_

api = Blueprint("accounts", __name__, description=N_("账号、任职、登录与接口令牌"))


def read_id(raw_id: str | int) -> int:
    """The number in a path. Raises NotFound for anything else, and for one that no row can have."""
    if not re.fullmatch(r"[0-9]{1,15}", str(raw_id)):
        raise NotFound
    return int(raw_id)


@api.operation(
    "POST",
    "/sessions",
    "login",
    access="public: nobody is logged in yet",
    returns=schemas.SessionSchema,
    status=201,
    body=schemas.LoginBody,
    errors=(401, 429),
)
def login(actor: Actor, *, body: dict[str, Any]) -> services.OpenSession:
    """Log in; every later request carries the token as `Authorization: Bearer`."""
    return services.log_in(body["username"], body["password"], address=request.remote_addr or "")


@api.operation("DELETE", "/sessions/current", "logout", access="signed in", returns=None, status=204)
def logout(actor: Actor) -> None:
    """Log out; the session ends at once."""
    services.log_out(actor, request_token(request))


@api.operation("GET", "/me", "me", access="signed in", returns=schemas.MeSchema)
def me(actor: Actor) -> dict[str, Any]:
    """Who is acting, with today's posts and rights."""
    return {
        "id": str(actor.account_id),
        "username": queries.own_username(actor),
        "name": actor.name,
        "person_id": actor.person_id,
        "household_id": actor.household_id,
        "must_change_password": actor.must_change_password,
        "posts": queries.own_posts(actor),
        "permissions": queries.own_permissions(actor),
    }


@api.operation(
    "POST",
    "/me/password",
    "changePassword",
    access="signed in",
    returns=None,
    status=204,
    body=schemas.PasswordBody,
    errors=(429,),
)
def change_password(actor: Actor, *, body: dict[str, Any]) -> None:
    """Change one's own password; every session of the account ends, this one too."""
    services.change_password(actor, **body)


@api.operation(
    "GET",
    "/accounts",
    "listAccounts",
    access="accounts.view",
    returns=schemas.AccountSchema,
    many=True,
    query=schemas.AccountQuery,
    errors=(404,),
)
def list_accounts(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Accounts that are administered in the actor's areas."""
    return Page(*queries.list_accounts(actor, **query))


@api.operation(
    "POST",
    "/accounts",
    "createAccount",
    access="accounts.manage",
    returns=schemas.NewAccountSchema,
    status=201,
    body=schemas.AccountBody,
    errors=(404,),
)
def create_account(actor: Actor, *, body: dict[str, Any]) -> services.NewAccount:
    """Open an account; its initial password is shown this once and must be changed first."""
    return services.create_account(actor, **body)


@api.operation(
    "GET",
    "/accounts/<string:account_id>",
    "getAccount",
    access="accounts.view",
    returns=schemas.AccountSchema,
)
def get_account(actor: Actor, *, account_id: str) -> queries.AccountView:
    """One account with its posts."""
    return queries.get_account(actor, read_id(account_id))


@api.operation(
    "PUT",
    "/accounts/<string:account_id>/state",
    "setAccountState",
    access="accounts.manage",
    returns=schemas.AccountSchema,
    body=schemas.StateBody,
)
def set_account_state(actor: Actor, *, account_id: str, body: dict[str, Any]) -> queries.AccountView:
    """Disable or enable an account; disabling ends its sessions at once."""
    change = services.enable_account if body["enabled"] else services.disable_account
    change(actor, read_id(account_id))
    return queries.get_account(actor, read_id(account_id))


@api.operation(
    "POST",
    "/accounts/<string:account_id>/password",
    "resetPassword",
    access="accounts.manage",
    returns=schemas.NewAccountSchema,
)
def reset_password(actor: Actor, *, account_id: str) -> services.NewAccount:
    """Give an account a new initial password, shown this once; its sessions end."""
    return services.set_password(actor, read_id(account_id))


@api.operation(
    "POST",
    "/accounts/<string:account_id>/posts",
    "grantPost",
    access="accounts.manage",
    returns=schemas.PostSchema,
    status=201,
    body=schemas.PostBody,
)
def grant_post(actor: Actor, *, account_id: str, body: dict[str, Any]) -> queries.PostView:
    """Give an account a role in an area, from the next request on."""
    post_id = services.grant_post(actor, read_id(account_id), **body)
    return queries.get_post(actor, post_id)


@api.operation(
    "POST",
    "/posts/<string:post_id>/end",
    "endPost",
    access="accounts.manage",
    returns=schemas.PostSchema,
    body=schemas.EndBody,
)
def end_post(actor: Actor, *, post_id: str, body: dict[str, Any]) -> queries.PostView:
    """End a post after its last day, or at once; the record stays."""
    services.end_post(actor, read_id(post_id), **body)
    return queries.get_post(actor, read_id(post_id))


@api.operation(
    "GET",
    "/tokens",
    "listTokens",
    access="accounts.tokens",
    returns=schemas.TokenSchema,
    many=True,
    query=PageQuery,
)
def list_tokens(actor: Actor, *, query: dict[str, Any]) -> Page:
    """One's own API tokens, newest first."""
    return Page(*queries.list_tokens(actor, **query))


@api.operation(
    "POST",
    "/tokens",
    "createToken",
    access="accounts.tokens",
    returns=schemas.NewTokenSchema,
    status=201,
    body=schemas.TokenBody,
)
def create_token(actor: Actor, *, body: dict[str, Any]) -> services.NewToken:
    """Make an API token, shown this once, no wider than its maker."""
    assert actor.account_id is not None  # the permission says that somebody is logged in
    return services.create_token(actor, actor.account_id, **body)


@api.operation(
    "DELETE",
    "/tokens/<string:token_id>",
    "revokeToken",
    access="accounts.tokens",
    returns=None,
    status=204,
)
def revoke_token(actor: Actor, *, token_id: str) -> None:
    """Revoke an API token at once."""
    services.revoke_token(actor, read_id(token_id))
