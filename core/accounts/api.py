"""The door of accounts for those who stand above it."""

from flask import Request

from core.security import ANONYMOUS, Actor

__all__ = ["identify"]


def identify(request: Request) -> Actor:
    """Who sent a request."""
    return ANONYMOUS
