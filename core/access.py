"""Who may call a view. Every view says it with one of these; a test finds any that does not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from core.security import current_actor

View = TypeVar("View", bound=Callable[..., Any])
MARK = "_gridgov_access"
SIGNED_IN = "signed in"


def demands(permission: str) -> Callable[[View], View]:
    """Only for those who hold `permission` in some area; services check the area itself.

    Raises Unauthenticated or Forbidden before the view runs.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            current_actor().demand(permission)
            return view(*args, **kwargs)

        setattr(guarded, MARK, permission)
        return guarded  # type: ignore[return-value]

    return decorate


def signed_in(view: View) -> View:
    """For everybody who is logged in: one's own things only."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        current_actor().demand_signed_in()
        return view(*args, **kwargs)

    setattr(guarded, MARK, SIGNED_IN)
    return guarded  # type: ignore[return-value]


def public(reason: str) -> Callable[[View], View]:
    """For everybody, for the stated reason."""

    def decorate(view: View) -> View:
        setattr(view, MARK, f"public: {reason}")
        return view

    return decorate
