"""Secrets of subscriptions in the row: sealed. The only place that knows how."""

from core.county import county

_PURPOSE = "webhooks_subscription.secret"


def seal_secret(secret: str) -> bytes:
    """A sealed secret."""
    return county().keys.seal(secret, _PURPOSE)


def open_secret(sealed: bytes) -> str:
    """The secret in clear, for signing."""
    return county().keys.unseal(bytes(sealed), _PURPOSE)
