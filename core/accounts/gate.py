"""An initial password opens nothing but the page that changes it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, redirect, request, url_for

from core.access import MARK
from core.accounts.errors import PasswordChangeRequired
from core.api import PREFIX
from core.security import current_actor

View = TypeVar("View", bound=Callable[..., Any])
_EXEMPT = "_gridgov_before_password_change"
# Operations of the interface by their operationId; they are declared, not decorated.
_EXEMPT_OPERATIONS = frozenset({"accounts_api.me", "accounts_api.changePassword", "accounts_api.logout"})


def before_password_change(view: View) -> View:
    """Mark a page that people may open while they still have their initial password."""
    setattr(view, _EXEMPT, True)
    return view


def demand_own_password() -> Response | None:
    """Before each request: send people with an initial password to the page that changes it.

    Raises PasswordChangeRequired in the interface.
    """
    if not current_actor().must_change_password or request.endpoint is None:
        return None
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, _EXEMPT, False) or request.endpoint in _EXEMPT_OPERATIONS or _is_file(request.endpoint):
        return None
    if request.path.startswith(PREFIX):
        if str(getattr(view, MARK, "")).startswith("public:"):
            return None
        raise PasswordChangeRequired
    return redirect(url_for("accounts.password"), 303)  # type: ignore[return-value]


def _is_file(endpoint: str) -> bool:
    return endpoint == "static" or endpoint.endswith("_static.static")
