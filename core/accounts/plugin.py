"""Wiring of accounts."""

from collections.abc import Iterable

from peewee import Model

from core.accounts.models import Account, Post, Session, Token
from core.hookspecs import hookimpl


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """Its tables."""
    return [Account, Post, Session, Token]
