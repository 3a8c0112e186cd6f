"""An initial password opens nothing but the page that changes it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request, abort, current_app, redirect, url_for

from core.access import MARK
from core.accounts.errors import PasswordChangeRequired
from core.api import PREFIX
from core.security import Actor

View = TypeVar("View", bound=Callable[..., Any])
_EXEMPT = "_gridgov_before_password_change"
# Operations of the interface by their operationId; they are declared, not decorated.
_EXEMPT_OPERATIONS = frozenset({"accounts_api.me", "accounts_api.changePassword", "accounts_api.logout"})


def before_password_change(view: View) -> View:
    """Mark a page that people may open while they still have their initial password."""
    setattr(view, _EXEMPT, True)
    return view


def demand_own_password(actor: Actor, request: Request) -> None:
    """Send people with an initial password to the page that changes it, by an early answer.

    Raises PasswordChangeRequired in the interface.
    """
    endpoint = request.endpoint
    if not actor.must_change_password or endpoint is None or endpoint.rpartition(".")[2] == "static":
        return
    view = current_app.view_functions.get(endpoint)
    if getattr(view, _EXEMPT, False) or endpoint in _EXEMPT_OPERATIONS:
        return
    if not request.path.startswith(PREFIX + "/"):
        abort(redirect(url_for("accounts.password"), 303))
    if not str(getattr(view, MARK, "")).startswith("public:"):
        raise PasswordChangeRequired
