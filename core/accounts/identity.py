"""Who sent a request: the cookie speaks for pages, the bearer token for the interface, never mixed."""

from flask import Request, session

from core.accounts.actors import actor_by_token
from core.accounts.gate import demand_own_password
from core.accounts.secret_tokens import API_PREFIX, LONGEST_TOKEN, token_hash
from core.accounts.services import use_session
from core.api import PREFIX
from core.security import ANONYMOUS, Actor


def identify(request: Request) -> Actor:
    """The account behind `request` with today's rights; ANONYMOUS when there is none or it has ended.

    Whoever still has an initial password is sent to change it first.
    """
    actor = _actor_of(request)
    demand_own_password(actor, request)
    return actor


def _actor_of(request: Request) -> Actor:
    token = request_token(request)
    if not token or len(token) > LONGEST_TOKEN:
        return ANONYMOUS
    if token.startswith(API_PREFIX):
        return (actor_by_token(token_hash(token)) if _is_api(request) else None) or ANONYMOUS
    return use_session(token) or ANONYMOUS


def request_token(request: Request) -> str:
    """The token that came with `request`, unchecked; empty when there is none."""
    if not _is_api(request):
        token = session.get("token", "")
        return token if isinstance(token, str) else ""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_api(request: Request) -> bool:
    return request.path.startswith(PREFIX + "/")
